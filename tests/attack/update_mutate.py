#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Show that the attack and power-cut tests of updates can fail.

For each entry of update_mutations.txt: break the library as it says, link the
test program against it and run the one test that has to notice. An entry that
no longer applies to the sources, or that the test survives, is an error.

usage: update_mutate.py SOURCE-DIR BUILD-DIR [TEST-NAME...]
"""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile


def read_entries(path):
    """Yield (program, test, [(file, old, new)...])."""
    for block in path.read_text().split("\n\n"):
        lines = [l for l in block.splitlines() if l and not l.startswith("#")]
        if not lines:
            continue
        program, test = lines[0].removeprefix("test: ").split()
        edits = []
        for i in range(1, len(lines), 3):
            file, old, new = (l.split(": ", 1)[1] if ": " in l else ""
                              for l in lines[i:i + 3])
            edits.append((file, old.replace("\\n", "\n"),
                          new.replace("\\n", "\n")))
        yield program, test, edits


def command_for(build, target):
    """The command by which ninja makes a target."""
    out = subprocess.run(["ninja", "-C", build, "-t", "commands", target],
                         capture_output=True, text=True, check=True).stdout
    return out.splitlines()[-1]


def compile_mutant(source, build, edits, scratch):
    """Compile the changed files; return {archive: [objects]}."""
    texts = {}
    for file, old, new in edits:
        text = texts.get(file) or (source / file).read_text()
        if old not in text:
            raise LookupError(f"{file}: no such text: {old!r}")
        texts[file] = text.replace(old, new)
    archives = {}
    for file, text in texts.items():
        path = pathlib.Path(file)
        lib = path.parent.name
        changed = scratch / path.name
        changed.write_text(text)
        target = f"lib/{lib}/CMakeFiles/signet_{lib}.dir/{path.name}.o"
        command = shlex.split(command_for(build, target))
        command[command.index("-o") + 1] = str(scratch / (path.name + ".o"))
        command[command.index("-c") + 1] = str(changed)
        command += ["-I", str(source / path.parent), "-Wno-error"]
        subprocess.run(command, cwd=build, check=True, capture_output=True)
        archives.setdefault(f"lib/{lib}/libsignet_{lib}.a", []).append(
            scratch / (path.name + ".o"))
    return archives


def link_mutant(build, program, folder, archives, scratch):
    """Link the test program with changed archives; return its path."""
    command = command_for(build, f"{folder}/test_{program}")
    for archive, objects in archives.items():
        copy = scratch / pathlib.Path(archive).name
        shutil.copy(build / archive, copy)
        for obj in objects:
            subprocess.run(["ar", "r", str(copy), str(obj)], check=True,
                           capture_output=True)
        command = command.replace(archive, str(copy))
    out = scratch / "mutant"
    command = command.replace(f"-o {folder}/test_{program}", f"-o {out}")
    subprocess.run(command, shell=True, cwd=build, check=True,
                   capture_output=True)
    return out


def notices(mutant, test):
    """Whether the one test fails on the mutant."""
    # Coverage of a mutant is nobody's coverage.
    env = dict(os.environ, GCOV_PREFIX=str(mutant.parent))
    run = subprocess.run([mutant, test], capture_output=True, env=env,
                         timeout=300)
    return run.returncode != 0


def main():
    source, build = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    wanted = set(sys.argv[3:])
    here = pathlib.Path(__file__).resolve().parent
    folders = {"attack_update": "tests/attack",
               "powercut_update": "tests/powercut"}
    made = survived = 0
    for program, test, edits in read_entries(here / "update_mutations.txt"):
        if wanted and test not in wanted:
            continue
        with tempfile.TemporaryDirectory() as name:
            scratch = pathlib.Path(name)
            try:
                archives = compile_mutant(source, build, edits, scratch)
                mutant = link_mutant(build, program, folders[program],
                                     archives, scratch)
            except LookupError as error:
                print(f"{test}: {error}")
                survived += 1
                continue
            made += 1
            if not notices(mutant, test):
                print(f"{test}: survives {edits}")
                survived += 1
    print(f"mutation.update.made {made} count")
    print(f"mutation.update.survived {survived} count")
    return 1 if survived or not made else 0


if __name__ == "__main__":
    sys.exit(main())
