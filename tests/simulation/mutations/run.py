#!/usr/bin/env python3
"""The test of the test: each mutation of the core must make the simulation
fail within its seeds, and the core as it is must pass.

usage: run.py [--jobs N] SOURCE-FOLDER BUILD-FOLDER [NAME ...]

The sources are copied into the build folder and altered there; one build
serves all, anew only where it was altered. A mutation whose text is not in
its file exactly once is a failure: it must be written again.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import time

BACKUPS, CLONES, HUB_BACKUP, CLOCKS, BUNDLES, KEYS, HANDOVER, DISKS = (
    1 << i for i in range(8))

# name, file below common/, what stands there, what shall, seeds within which
# the simulation must fail, and what those seeds meet (None: what they meet in
# CI, drawn by the seed); and a second edit, where two safeguards hold.
MUTATIONS = [
    ("a `replaces` is dropped", "store/author.c",
     "	field->replaces_count = count;\n",
     "	field->replaces_count = count > 0 ? count - 1 : 0;\n", 4, None),
    ("more is replaced than was seen", "merge/merge.c",
     "			else if (replaces(change, &live->dot))\n",
     "			else if (replaces(change, &live->dot) ||\n"
     "				change->value.kind == NC_VALUE_ABSENT)\n", 20,
     None),
    ("acknowledged before it is on disk", "store/store.c",
     "PRAGMA synchronous = FULL;\"\n		\"PRAGMA wal",
     "PRAGMA synchronous = OFF;\"\n		\"PRAGMA wal", 60, DISKS),
    ("a branch is left where it ends", "sync/client_parts.h",
     "	return head->proven;\n", "	return head->sequence;\n", 60,
     BACKUPS | CLONES),
    ("acknowledged on a fork's verdict", "sync/client_take.c",
     "	if (verdict->status == NC_FORK)\n		return NC_OK;\n"
     "	held = believed(&head, verdict, ours);\n",
     "	held = verdict->sequence;\n", 60, BACKUPS | CLONES,
     ("sync/client_parts.h", "	return head->proven;\n",
      "	return head->acknowledged;\n")),
    ("the chain is not checked", "store/store.c",
     "	if (memcmp(change_set->previous, head->hash, NC_HASH_SIZE) != 0) {\n",
     "	if (head == NULL) {\n", 60, BACKUPS | CLONES),
    ("causality is not checked", "store/store.c",
     "	if (!is_causal(store, change_set, ret_need))\n",
     "	if (!is_causal(store, change_set, ret_need) && head == NULL)\n",
     400, 0),
    ("the change-sets' proof is not checked", "sync/client_tree.c",
     "	if (status == NC_CORRUPT && told.text[0] == '\\0')\n",
     "	if (status == NC_CORRUPT && told.text[0] == '\\0')\n"
     "		return NC_OK;\n"
     "	if (status == NC_CORRUPT && told.text[0] == '\\0')\n", 4, None),
    ("the tree before is not checked", "sync/client_tree.c",
     "	if (!check->has_last || check->reply->checkpoint.size == 0)\n"
     "		return true;\n",
     "	if (check != NULL)\n		return true;\n", 4, None),
    ("what is set aside is forgotten", "store/again.c",
     "	return take_out(store, union_id, device, after, AGAIN_WAITS,\n",
     "	return take_out(store, union_id, device, after, AGAIN_FORK,\n", 60,
     BACKUPS | CLONES),
    ("written again with the names of old", "store/again.c",
     "			return &written->now;\n",
     "			return &written->old;\n", 200, CLONES),
    ("the fold ignores the writer rule", "store/fold.c",
     "		if (refusal == NC_REFUSAL_NONE) {\n",
     "		if (refusal != NC_REFUSAL_BAD_VALUE) {\n", 20, None),
    ("a tombstone burns what it buries", "store/author.c",
     "		field->value = buried_value(&row->live[i], in);\n",
     "		field->value = nc_value_absent();\n"
     "		(void)buried_value;\n", 20, None),
    ("a hub does not notice that it was put back", "sync/hub_history.c",
     "	if (current == NULL || restored_since(",
     "	if (current != NULL || restored_since(", 60, HUB_BACKUP),
    ("a hub that was put back writes with its old key", "store/hubs.c",
     "	if (status == NC_NOT_FOUND)\n"
     "		return nc_key_copy(hub_key, ret_key, err);\n",
     "	if (status == NC_NOT_FOUND || status == NC_OK)\n"
     "		return nc_key_copy(hub_key, ret_key, err);\n", 60,
     HUB_BACKUP),
    ("a hub shows its tree as it was", "sync/hub_tree.c",
     "	if (hub->checkpoint.size > 0 && size == hub->tree_size &&\n",
     "	if (hub->checkpoint.size > 0 &&\n", 4, None),
    ("half a reply is taken", "sync/client_take.c",
     "	nc_store_rollback(client->store);\n	forget_reply(",
     "	if (nc_store_commit(client->store, NULL) != NC_OK)\n"
     "		client->moved = false;\n	forget_reply(",
     150, None),
    ("who has moved is not followed", "store/hubs.c",
     "		!is_named(registry, identity.hub_key) ||\n",
     "		is_named(registry, identity.hub_key) ||\n", 30, HANDOVER),
]

TOP = """cmake_minimum_required(VERSION 3.25)
project(mutant LANGUAGES C)
set(CMAKE_C_STANDARD 11)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
include(GNUInstallDirs)
include(cmake/rooms.cmake)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(library libzmq libprotobuf-c libsodium sqlite3 libzstd libutf8proc
		libxml-2.0 libzip jansson)
	string(MAKE_C_IDENTIFIER ${library} id)
	pkg_check_modules(${id} REQUIRED IMPORTED_TARGET ${library})
endforeach()
add_compile_definitions(_GNU_SOURCE NC_VERSION="0")
add_subdirectory(proto)
add_subdirectory(common)
add_subdirectory(tests/faults)
add_subdirectory(tests/simulation)
"""


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def prepare(source, build):
    """The sources as they are, copied; a build folder beside them."""
    copy = build / "source"
    if copy.exists():
        shutil.rmtree(copy)
    for folder in ("cmake", "proto", "common", "tests/faults",
                   "tests/simulation"):
        # With times of now: nothing of an earlier run's mutations stays.
        shutil.copytree(source / folder, copy / folder,
                        copy_function=shutil.copy)
    (copy / "CMakeLists.txt").write_text(TOP)
    made = run("cmake", "-S", str(copy), "-B", str(build / "build"), "-G",
               "Ninja", "-DCMAKE_C_FLAGS=-O1", "-DCMAKE_BUILD_TYPE=")
    if made.returncode != 0:
        sys.exit(made.stdout)
    return copy


def compile_it(build):
    made = run("ninja", "-C", str(build / "build"), "-j2", "simulation")
    return None if made.returncode == 0 else made.stdout[-2000:]


def simulate(build, seeds, meets, jobs):
    words = [str(build / "build/bin/simulation"), "--seeds", "1", str(seeds),
             "--jobs", str(jobs)]
    if meets is not None:
        words += ["--meets", str(meets)]
    return run(*words)


def try_one(copy, build, mutation, jobs):
    """None, or why the mutation proves nothing."""
    _, name, old, new, seeds, meets, *more = mutation
    kept = []
    try:
        for name, old, new in [(name, old, new)] + more:
            path = copy / "common" / name
            text = path.read_text()
            if text.count(old) != 1:
                return (f"{name} has its text {text.count(old)} times: "
                        "write it again")
            kept.append((path, text))
            path.write_text(text.replace(old, new))
        trouble = compile_it(build)
        if trouble:
            return "it does not compile:\n" + trouble
        done = simulate(build, seeds, meets, jobs)
        if done.returncode == 0:
            return f"it survives {seeds} seeds"
        print("    " + "".join(
            line for line in done.stdout.splitlines()
            if "fails at" in line or "ssert" in line)[:150])
        return None
    finally:
        for path, text in kept:
            path.write_text(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    build = asked.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    copy = prepare(asked.source.resolve(), build)
    trouble = compile_it(build)
    if trouble:
        sys.exit(trouble)
    sound = simulate(build, 40, None, asked.jobs)
    if sound.returncode != 0:
        sys.exit("the core as it is fails:\n" + sound.stdout)
    failed, tried = [], 0
    for mutation in MUTATIONS:
        if asked.names and not any(n in mutation[0] for n in asked.names):
            continue
        tried += 1
        began = time.monotonic()
        why = try_one(copy, build, mutation, asked.jobs)
        print(f"{'SURVIVES' if why else 'caught':8} {mutation[0]} "
              f"({time.monotonic() - began:.0f} s)", flush=True)
        if why:
            print("    " + why, flush=True)
            failed.append(mutation[0])
    if failed:
        sys.exit(f"{len(failed)} of {tried} mutations prove nothing")
    if tried == 0:
        sys.exit("no mutation has such a name")
    print(f"{tried} of {len(MUTATIONS)} mutations tried, all caught")


if __name__ == "__main__":
    main()
