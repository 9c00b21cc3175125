"""Lucene, on the Java runtime and with the jars that setup.py puts into the work folder."""

from engines.base import Engine
from settings import B, K1, LUCENE

# A long-running service would choose likewise: the vector module, and a collector that fits one
# processor. The heap is larger than either index or garbage need.
OPTIONS = (
    "-Xms512m", "-Xmx2g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
    "--add-modules", "jdk.incubator.vector")
BUILD_OPTIONS = (
    "-Xms2g", "-Xmx6g", "-XX:+UseParallelGC", "--enable-native-access=ALL-UNNAMED",
    "--add-modules", "jdk.incubator.vector")


class Lucene(Engine):
    """Described here, written in java/."""

    name = "lucene"
    title = f"Lucene {LUCENE}"
    note = (
        "The best of several JVM forks for each class and command: they differ for their whole "
        "life by what the compiler decided. Query cache off.")
    forks = 3


def java(work, options, main, *arguments):
    """The command line of one of our Java programs."""
    jars = sorted(str(path) for path in work.jars.glob(f"lucene-*-{LUCENE}.jar"))
    path = ":".join([str(work.classes), *jars])
    return [work.jre / "bin" / "java", *options, "-cp", path, main, *arguments]


def build_command(work, corpus, index, segments):
    return java(work, BUILD_OPTIONS, "Build", corpus, index, segments, K1, B)


def serve_command(work, index, queries):
    return java(work, OPTIONS, "Serve", index, queries, K1, B)


def cold_command(work, index, query):
    return java(work, OPTIONS, "Cold", index, query.notation, K1, B)
