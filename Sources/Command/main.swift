Entry.run(Array(CommandLine.arguments.dropFirst()))
