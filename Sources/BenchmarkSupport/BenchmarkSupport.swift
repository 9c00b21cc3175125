// Entry points for micro-benchmarks.
