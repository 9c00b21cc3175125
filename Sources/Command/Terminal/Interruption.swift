import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C during long work: noticed between two articles, so that nothing is left half done.
enum Interruption {
  /// Exit status of a command ended by Ctrl-C.
  static let status: Int32 = 130

  private static let flag = Atomic(false)

  /// Whether Ctrl-C was pressed since `watch()`.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on Ctrl-C sets the flag. Pressed again, or not noticed within two seconds (a read
  /// that waits for input), it ends the process at once: the last commit is safe at any moment.
  static func watch() {
    // The first use initialises the flag here, not inside the signal handler.
    flag.store(false, ordering: .relaxed)
    // A parent may have blocked the signal, as threads of a pool do.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGALRM)
    sigprocmask(SIG_UNBLOCK, &set, nil)
    signal(SIGALRM) { _ in _exit(Interruption.status) }
    signal(SIGINT) { _ in
      if Interruption.flag.exchange(true, ordering: .relaxed) { _exit(Interruption.status) }
      alarm(2)
    }
  }

  /// The work was left in order: no alarm is needed any more.
  static func settle() { alarm(0) }
}
