import Foundation
import LedeStorage

/// The kernel's own calls, some of which a signal interrupts, which write less than asked or fail.
package final class UnreliableKernel: @unchecked Sendable {
  package enum Call: String, CaseIterable, Sendable {
    case open, write, fsync, close, rename, unlink, mkdir, flock
  }

  package enum Fault: Sendable, Equatable {
    /// The call does nothing and gives this errno; a close that fails has closed the file.
    case error(Int32)
    /// A write that takes the first half; any other call works.
    case short
  }

  private let mutex = NSLock()
  private var counts: [Call: Int] = [:]
  private var faults = 0
  private var choose: (@Sendable (Call, Int) -> Fault?)?

  /// - Parameter choose: what is wrong with the n-th call of a kind, from 0 on.
  package init(_ choose: (@Sendable (Call, Int) -> Fault?)? = nil) { self.choose = choose }

  /// Every call works from now on.
  package func heal() { mutex.withLock { choose = nil } }

  package func count(of call: Call) -> Int { mutex.withLock { counts[call] ?? 0 } }

  /// Calls that did not work as asked.
  package var faultCount: Int { mutex.withLock { faults } }

  private func fault(_ call: Call) -> Fault? {
    mutex.withLock {
      let number = counts[call] ?? 0
      counts[call] = number + 1
      let fault = choose?(call, number)
      if fault != nil { faults += 1 }
      return fault
    }
  }

  /// What a call that fails gives; nil for one that works.
  private func failure(_ call: Call) -> Int? {
    if case .error(let number) = fault(call) { return -Int(number) }
    return nil
  }

  package var calls: SystemCalls {
    let kernel = SystemCalls()
    var calls = kernel
    calls.open = { [self] path, flags in failure(.open) ?? kernel.open(path, flags) }
    calls.fsync = { [self] in failure(.fsync) ?? kernel.fsync($0) }
    calls.rename = { [self] path, newPath in failure(.rename) ?? kernel.rename(path, newPath) }
    calls.unlink = { [self] in failure(.unlink) ?? kernel.unlink($0) }
    calls.mkdir = { [self] in failure(.mkdir) ?? kernel.mkdir($0) }
    calls.flock = { [self] file, operation in failure(.flock) ?? kernel.flock(file, operation) }
    calls.close = { [self] in
      let result = kernel.close($0)
      return failure(.close) ?? result
    }
    calls.write = { [self] file, bytes in
      switch fault(.write) {
      case .error(let number): return -Int(number)
      case .short:
        let half = UnsafeRawBufferPointer(rebasing: bytes[..<((bytes.count + 1) / 2)])
        return kernel.write(file, half)
      case nil: return kernel.write(file, bytes)
      }
    }
    return calls
  }
}
