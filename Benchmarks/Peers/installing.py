"""Sets the peers up in the work folder, from PyPI and Debian alone. Does only what is missing.

About 500 MB. Two packages are taken apart for what they carry: a wheel of pyterrier-pisa for PISA's
native module (its own Python side wants a Java stack), and one of arcadedb-embedded for Lucene's
jars together with a Java runtime recent enough to run them with vector instructions.
"""

import glob
import os
import shutil
import subprocess
import sys
import zipfile

from settings import (
    DEBIAN, HERE, LUCENE, LUCENE_WHEEL, PISA_WHEEL, REQUIREMENTS, ROOT, SYSTEM_PYTHON)

# The wheel is for another Python than ours, which does not matter to jars and a Java runtime.
WHEEL_PLATFORM = ("--python-version", "3.12", "--platform", "manylinux_2_34_x86_64")

# The class-file version of Java 17, the newest compiler in Debian 12.
JAVA_17 = b"\0\0\0\x3d"


def install(work):
    """Everything that the comparison needs, Lede's own binary apart."""
    work.root.mkdir(parents=True, exist_ok=True)
    packages()
    virtual_environment(work)
    pisa(work)
    lucene(work)
    compile_java(work)


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def packages():
    """Debian's compiler for Java, and Xapian with its bindings."""
    run(ROOT / ".ci" / "packages", *DEBIAN)


def imports(python, modules, environment=None):
    """Whether an interpreter can import all of the modules."""
    tried = subprocess.run(
        [str(python), "-c", f"import {modules}"], check=False, stderr=subprocess.DEVNULL,
        env=environment)
    return tried.returncode == 0


def environment(work):
    """Where PISA's module finds the threading library, and one thread for each engine."""
    return dict(
        os.environ, LD_LIBRARY_PATH=str(work.venv / "lib"), NUMBA_NUM_THREADS="1",
        OMP_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="1")


def virtual_environment(work):
    if not work.python.exists():
        say("virtual environment")
        run(SYSTEM_PYTHON if SYSTEM_PYTHON.exists() else sys.executable, "-m", "venv", work.venv)
    if not imports(work.python, "tantivy, bm25s, numba, numpy"):
        say(", ".join(REQUIREMENTS))
        run(work.python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
            *REQUIREMENTS)


def download(work, requirement, *options):
    """Fetches one wheel into the downloads; returns its path."""
    work.downloads.mkdir(exist_ok=True)
    pattern = str(work.downloads / (requirement.replace("-", "_").replace("==", "-") + "*.whl"))
    if not glob.glob(pattern):
        say(requirement)
        run(work.python, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
            "--only-binary=:all:", *options, "-d", work.downloads, requirement)
    return glob.glob(pattern)[0]


def pisa(work):
    if imports(work.python, "_pisathon", environment(work)):
        return
    wheel = download(work, PISA_WHEEL)
    packages_folder = subprocess.check_output(
        [work.python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"],
        text=True).strip()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            file = os.path.basename(name)
            if file.startswith("_pisathon") and file.endswith(".so"):
                with archive.open(name) as source:
                    with open(os.path.join(packages_folder, file), "wb") as target:
                        shutil.copyfileobj(source, target)
    if not imports(work.python, "_pisathon", environment(work)):
        raise SystemExit("setup: PISA's module does not load")


def lucene(work):
    """Unpacks the jars and the runtime of the wheel."""
    jars = [work.jars / f"lucene-{part}-{LUCENE}.jar" for part in ("core", "analysis-common")]
    if all(jar.exists() for jar in jars) and (work.jre / "bin" / "java").exists():
        return
    wheel = download(work, LUCENE_WHEEL, *WHEEL_PLATFORM)
    work.jars.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            place = name.removeprefix("arcadedb_embedded/")
            target = None
            if place.startswith("jre/") and not place.endswith("/"):
                target = work.jre / place.removeprefix("jre/")
            elif place.startswith("jars/") and any(place.endswith(jar.name) for jar in jars):
                target = work.jars / os.path.basename(place)
            if target:
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out)
    for folder in ("bin", "lib"):
        for path in (work.jre / folder).rglob("*"):
            path.chmod(0o755)


def readable_by_java_17(jar, target):
    """A copy whose classes claim Java 17, for the compiler to read; it is never run."""
    with zipfile.ZipFile(jar) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            if name.startswith("META-INF/versions") or name == "module-info.class":
                continue
            content = source.read(name)
            if name.endswith(".class"):
                content = content[:4] + JAVA_17 + content[8:]
            out.writestr(name, content)


def compile_java(work):
    """Compiles java/ when a source is newer than the classes."""
    sources = sorted((HERE / "java").glob("*.java"))
    done = work.classes / "compiled"
    if done.exists() and done.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return
    say("Java sources")
    work.classes.mkdir(exist_ok=True)
    copies = []
    for jar in work.jars.glob(f"lucene-*-{LUCENE}.jar"):
        copies.append(work.classes / (jar.stem + ".zip"))
        readable_by_java_17(jar, copies[-1])
    run("javac", "-nowarn", "-Xlint:-options", "-d", work.classes, "-cp",
        ":".join(map(str, copies)), *sources, stderr=subprocess.DEVNULL)
    for copy in copies:
        copy.unlink()
    done.touch()
