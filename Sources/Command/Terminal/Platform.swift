import CLedePlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The calls on the operating system that the command makes itself.
enum Platform {
  static let standardInput: Int32 = 0
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal behind a descriptor; nil when it is none or does not say.
  static func columns(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Value of an environment variable; nil when it is unset or empty.
  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Nanoseconds of a clock that only moves forward.
  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Writes all bytes; false when the descriptor refuses them (a full disk, a closed pipe).
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, base, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, base, rest.count)
      #else
        let written = Darwin.write(descriptor, base, rest.count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
    return true
  }

  static func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// The absolute path with every link resolved; nil when there is nothing there.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Names inside a folder, unordered; empty when it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Has large memory go back to the system when it is freed; for a process that promised how much it
  /// takes.
  static func returnLargeMemory() { lede_return_large_memory() }

  /// Processors that the process may run on.
  static var processorCount: Int { Int(lede_processor_count()) }

  /// Binds the calling thread to one processor; false where that is refused or not offered.
  static func pin(toProcessor processor: Int) -> Bool {
    guard let processor = Int32(exactly: processor) else { return false }
    return lede_pin_to_processor(processor) == 0
  }

  /// Runs `body` on so many threads at once, numbered from 0, and waits for them; false when they
  /// cannot all be started, after those that were have ended.
  static func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
    final class Work {
      let run: () -> Void
      init(_ run: @escaping () -> Void) { self.run = run }
    }
    var threads: [pthread_t] = []
    for number in 0..<count {
      let work = Unmanaged.passRetained(Work { body(number) })
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let status = pthread_create(
        &thread, nil,
        { argument in
          #if canImport(Darwin)
            Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
          #else
            // Safe: never nil, it is what was passed below.
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
          #endif
          return nil
        }, work.toOpaque())
      guard status == 0 else {
        work.release()
        errno = status
        break
      }
      #if canImport(Darwin)
        if let thread { threads.append(thread) }
      #else
        threads.append(thread)
      #endif
    }
    for thread in threads { pthread_join(thread, nil) }
    return threads.count == count
  }

  /// What the last failed call said.
  static var lastError: String { String(cString: strerror(errno)) }

  /// Ends the process without running anything else.
  static func leave(_ status: Int32) -> Never { exit(status) }
}
