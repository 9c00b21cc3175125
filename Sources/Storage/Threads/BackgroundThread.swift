#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of the system that runs one function; whoever made it waits for its end at the latest
/// when it lets go of it.
///
/// For long work beside the caller's: the pool of Swift's tasks has a thread per core, which such
/// work would keep from all others. Used by one thread, which is not the one that it stands for.
package final class BackgroundThread {
  private final class Work {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let thread: pthread_t
  private var isJoined = false
  /// Enough for any recursion here; what systems give by themselves ranges from 128 KiB to 8 MiB.
  private static let stackSize = 4 << 20

  /// Starts the thread; nil when the system gives none.
  package init?(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var made: pthread_t?
    #else
      var made = pthread_t()
    #endif
    let status = pthread_create(
      &made, &attributes,
      { argument in
        #if canImport(Darwin)
          Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
        #else
          // Safe: never nil, it is what is passed below.
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        #endif
        return nil
      }, work.toOpaque())
    #if canImport(Darwin)
      guard status == 0, let made else {
        work.release()
        return nil
      }
    #else
      guard status == 0 else {
        work.release()
        return nil
      }
    #endif
    thread = made
  }

  deinit { join() }

  /// Returns when the function has.
  package func join() {
    guard !isJoined else { return }
    isJoined = true
    pthread_join(thread, nil)
  }

  /// Keeps the calling thread from running for some time.
  package static func pause(seconds: Double) {
    guard seconds > 0 else { return }
    let whole = seconds.rounded(.down)
    var time = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
    nanosleep(&time, nil)
  }
}
