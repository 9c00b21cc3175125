// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Lede",
  products: [
    .library(name: "Lede", targets: ["Lede"]),
    .library(name: "LedeArticles", targets: ["LedeArticles"]),
    // Block-level entry points for Benchmarks/; promises no stability.
    .library(name: "_LedeBenchmarkSupport", targets: ["_LedeBenchmarkSupport"]),
    .executable(name: "lede", targets: ["LedeCommand"]),
    // For developers: Tests/fuzz.
    .executable(name: "lede-fuzz", targets: ["LedeFuzz"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    // System libraries, opaque shims and SIMD kernels.
    .systemLibrary(
      name: "CLedeZlib", path: "Sources/CZlib", pkgConfig: "zlib",
      providers: [.apt(["libz-dev"])]),
    .systemLibrary(
      name: "CLedeStemmer", path: "Sources/CStemmer", providers: [.apt(["libstemmer-dev"])]),
    .target(
      name: "CLedeUnicode", path: "Sources/CUnicode", exclude: ["Generator"],
      linkerSettings: [.linkedLibrary("icuuc")]),
    .target(name: "CLedeKernels", path: "Sources/CKernels"),
    .target(name: "CLedePlatform", path: "Sources/CPlatform"),
    .target(
      name: "CLedeSimdjson", path: "Sources/CSimdjson",
      linkerSettings: [.linkedLibrary("simdjson")]),

    // The flow of data: article, analysis, inversion, segment, search, result.
    .target(name: "LedeModel", path: "Sources/Model"),
    .target(
      name: "LedeArticles", dependencies: ["LedeModel", "CLedeZlib", "CLedeSimdjson"],
      path: "Sources/Articles"),
    .target(
      name: "LedeAnalysis",
      dependencies: ["LedeModel", "CLedeUnicode", "CLedeStemmer", "CLedeKernels"],
      path: "Sources/Analysis"),
    .target(
      name: "LedeStorage",
      dependencies: [
        "CLedeZlib", "CLedeKernels", "CLedePlatform",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Sources/Storage"),
    .target(
      name: "LedeCodecs", dependencies: ["LedeModel", "LedeStorage", "CLedeKernels"],
      path: "Sources/Codecs"),
    .target(
      name: "LedeIndexing",
      dependencies: ["LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "CLedeKernels"],
      path: "Sources/Indexing"),
    .target(
      name: "LedeSearching",
      dependencies: [
        "LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "CLedeKernels",
      ],
      path: "Sources/Searching"),
    .target(
      name: "Lede",
      dependencies: ["LedeModel", "LedeAnalysis", "LedeCodecs", "LedeIndexing", "LedeSearching"],
      path: "Sources/Lede"),
    .executableTarget(
      name: "LedeCommand",
      dependencies: [
        "Lede", "LedeArticles", "CLedePlatform", "CLedeZlib",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      path: "Sources/Command"),
    .target(
      name: "_LedeBenchmarkSupport",
      dependencies: [
        "LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "LedeIndexing", "LedeSearching",
        "CLedeKernels",
      ],
      path: "Sources/BenchmarkSupport"),

    // Tests: one target per source target, then the whole line.
    .target(name: "TestSupport", dependencies: ["CLedeKernels"], path: "Tests/TestSupport"),
    .target(
      name: "DiskSimulation", dependencies: ["LedeStorage", "TestSupport"],
      path: "Tests/DiskSimulation"),
    .target(
      name: "Fuzzing",
      dependencies: [
        "LedeArticles", "LedeIndexing", "LedeSearching", "LedeCodecs", "LedeStorage", "LedeModel",
        "DiskSimulation", "TestSupport",
      ],
      path: "Tests/Fuzzing"),
    .executableTarget(
      name: "LedeFuzz", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/Fuzzer"),
    .testTarget(
      name: "FuzzTests", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/FuzzTests"),
    .testTarget(
      name: "ModelTests", dependencies: ["LedeModel", "TestSupport"], path: "Tests/ModelTests"),
    .testTarget(
      name: "ArticlesTests", dependencies: ["LedeArticles", "LedeModel", "TestSupport"],
      path: "Tests/ArticlesTests"),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "LedeAnalysis", "LedeModel", "CLedeUnicode", "CLedeStemmer", "CLedeKernels", "TestSupport",
      ],
      path: "Tests/AnalysisTests", resources: [.copy("Fixtures")]),
    .testTarget(
      name: "StorageTests", dependencies: ["LedeStorage", "CLedeKernels", "TestSupport"],
      path: "Tests/StorageTests"),
    .testTarget(
      name: "CodecsTests",
      dependencies: [
        "LedeCodecs", "LedeModel", "LedeStorage", "CLedeKernels", "Fuzzing", "TestSupport",
      ],
      path: "Tests/CodecsTests"),
    .testTarget(
      name: "IndexingTests",
      dependencies: [
        "Lede", "LedeIndexing", "LedeCodecs", "LedeAnalysis", "LedeStorage", "LedeModel",
        "DiskSimulation", "TestSupport",
      ],
      path: "Tests/IndexingTests"),
    .testTarget(
      name: "SearchingTests",
      dependencies: [
        "LedeSearching", "LedeIndexing", "LedeCodecs", "LedeAnalysis", "LedeStorage", "LedeModel",
        "TestSupport",
      ],
      path: "Tests/SearchingTests"),
    .testTarget(
      name: "DurabilityTests",
      dependencies: [
        "LedeIndexing", "LedeSearching", "LedeAnalysis", "LedeCodecs", "LedeStorage",
        "LedeModel", "DiskSimulation", "Fuzzing", "TestSupport",
      ],
      path: "Tests/DurabilityTests"),
    .testTarget(
      name: "CommandTests", dependencies: ["LedeCommand", "Lede", "LedeArticles", "TestSupport"],
      path: "Tests/CommandTests"),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "LedeCommand", "Lede", "LedeArticles", "LedeAnalysis", "LedeCodecs", "LedeStorage",
        "TestSupport",
      ],
      path: "Tests/EndToEndTests"),
    .testTarget(
      name: "ReferenceTests", dependencies: ["Lede", "TestSupport"], path: "Tests/ReferenceTests",
      exclude: ["Fixtures"]),
    .testTarget(
      name: "FormatCompatibilityTests",
      dependencies: ["Lede", "LedeCodecs", "LedeStorage", "TestSupport"],
      path: "Tests/FormatCompatibilityTests", resources: [.copy("Fixtures")]),
  ],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)
