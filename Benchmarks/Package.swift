// swift-tools-version: 6.1
import PackageDescription

// Apart from the library's package, so that its users never see what benchmarks depend on.
let package = Package(
  name: "LedeBenchmarks",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(name: "Lede", path: ".."),
    // Without its default traits: they count allocations with an interposer that needs jemalloc.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Micro",
      dependencies: [
        .product(name: "_LedeBenchmarkSupport", package: "Lede"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Micro",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "EndToEnd",
      dependencies: [
        .product(name: "_LedeBenchmarkSupport", package: "Lede"),
        .product(name: "Lede", package: "Lede"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "EndToEnd",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
