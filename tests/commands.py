#!/usr/bin/python3
"""docs/CLI.md names every command and option of the two programs, and no
other.

usage: commands.py DOCS_DIR BIN_DIR
"""
import os
import re
import subprocess
import sys

# Told once for all commands.
COMMON = {"--home", "--json", "--help", "--author"}
PROGRAMS = "nhipcau", "nhipcaud"


def help_of(program, *words):
    return subprocess.run([program, *words, "--help"], check=True,
                          capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8")).stdout


def commands(program):
    said = help_of(program).split("Commands:")[1].split("Options:")[0]
    return re.findall(r"^  ([a-z]+(?: [a-z]+)*)", said, re.M)


def sections(page):
    """(program, heading, heading and text) of each."""
    program = None
    for part in re.split(r"^(?=#{1,2} )", page, flags=re.M):
        heading = part.split("\n")[0]
        if heading.startswith("# "):
            program = heading.split(" ")[-1]
        elif program in PROGRAMS:
            yield program, heading[3:], part


def of_command(command, heading):
    return re.search(r"(?:^|, )%s(?![a-z-])" % command, heading)


def check(name, bin_dir, page):
    program = os.path.join(bin_dir, name)
    own = [(heading, part) for of, heading, part in sections(page)
           if of == name]
    for command in commands(program):
        said = help_of(program, *command.split())
        options = {"-o" if option == "--output" else option for option
                   in re.findall(r"^  (--[a-z-]+)", said, re.M)} - COMMON
        about = [part for _, heading, part in sections(page)
                 if of_command(command, heading)]
        headings = [heading for heading, _ in own
                    if of_command(command, heading)]
        if not headings and not any("Both programs" in part
                                    for part in about):
            yield "%s %s has no section" % (name, command)
        # … and so on, as of the section before.
        if any(heading.endswith("…") for heading in headings):
            about += [part for _, part in own]
        for option in options:
            if not any(re.search(r"%s(?![a-z-])" % option, part)
                       for part in about):
                yield "%s %s: %s is not told" % (name, command, option)
        if len(headings) == 1 and ", " not in headings[0]:
            for option in re.findall(r"--[a-z-]+", headings[0]):
                if option not in options:
                    yield "%s %s has no %s" % (name, command, option)
    for heading, _ in own:
        if not any(of_command(command, heading)
                   for command in commands(program)):
            yield "%s has no %s" % (name, heading)


def main(docs, bin_dir):
    with open(os.path.join(docs, "CLI.md"), encoding="utf-8") as file:
        page = file.read()
    faults = [fault for name in PROGRAMS
              for fault in check(name, bin_dir, page)]
    for fault in faults:
        print("CLI.md:", fault)
    return len(faults) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
