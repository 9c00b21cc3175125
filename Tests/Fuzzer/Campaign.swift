import Foundation
import Fuzzing
import TestSupport

/// The execution under way, for handlers of signals, which may touch nothing that allocates.
nonisolated(unsafe) private let current = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
nonisolated(unsafe) private let watched = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)

/// Says which execution was under way, with nothing but `write`.
private func sayExecution(_ text: StaticString) {
  write(2, text.utf8Start, text.utf8CodeUnitCount)
  var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
  withUnsafeMutableBytes(of: &digits) { buffer in
    var rest = current.pointee
    var start = buffer.count - 1
    buffer[start] = 10
    repeat {
      start -= 1
      buffer[start] = UInt8(48 + rest % 10)
      rest /= 10
    } while rest > 0
    write(2, buffer.baseAddress?.advanced(by: start), buffer.count - start)
  }
}

/// Many executions of one target, one after the other.
struct Campaign {
  let target: any FuzzTarget
  let name: String
  let seed: UInt64

  /// Seconds of processor time after which an execution is taken to hang.
  private static let patience = 20

  func run(first: UInt64, count: UInt64) {
    current.initialize(to: first)
    watched.initialize(to: .max)
    watch()
    let start = Date()
    var sound: UInt64 = 0
    var lastReport = start
    for execution in first..<(first + count) {
      current.pointee = execution
      var random = Fuzzing.random(seed: seed, execution: execution)
      do {
        if try target.run(&random) { sound += 1 }
      } catch {
        say("execution \(execution): \(error)")
        exit(1)
      }
      if execution & 1023 == 1023, Date().timeIntervalSince(lastReport) > 60 {
        lastReport = Date()
        report("running", execution - first + 1, sound, since: start)
      }
    }
    report("done", count, sound, since: start)
  }

  private func report(_ state: String, _ done: UInt64, _ sound: UInt64, since start: Date) {
    let seconds = max(Date().timeIntervalSince(start), 0.001)
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let cpu = max(
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6, 0.001)
    say(
      "\(name) seed \(seed): \(state), \(done) executions, \(sound) taken as sound, "
        + "\(Int(Double(done) / seconds))/s, \(Int(Double(done) / cpu))/s of processor, "
        + "at most \(usage.ru_maxrss / 1024) MB")
  }

  private func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// A trap names its execution and ends the process as it would have; so does one that hangs.
  private func watch() {
    #if !SANITIZED
      for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
        signal(number) { number in
          sayExecution("CRASH in execution ")
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    #endif
    // Processor time: a busy machine is no hang.
    signal(SIGPROF) { _ in
      if watched.pointee == current.pointee {
        sayExecution("HANG in execution ")
        abort()
      }
      watched.pointee = current.pointee
    }
    var interval = itimerval()
    interval.it_interval.tv_sec = Self.patience
    interval.it_value.tv_sec = Self.patience
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &interval, nil)
  }
}
