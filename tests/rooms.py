#!/usr/bin/env python3
"""Who may include whom: refuses any arrow that docs/ARCHITECTURE.md has not.

usage: rooms.py SOURCE_DIR
The arrows stand once, in common/CMakeLists.txt (nc_room ... DEPENDS); a room
may include what it depends on and what those depend on. Each system library
has one room. Exit 1 prints every arrow that is not allowed.
"""
import pathlib
import re
import sys

LIBRARIES = {
    r"zmq\.h": "net",
    r"sqlite3\.h": "store",
    r"sodium(/.*)?\.h|sodium\.h": "trust",
    r".*\.pb-c\.h": "wire",
    r"zstd\.h": "wire",
    r"utf8proc\.h": "locale",
    r"microhttpd\.h": "server",
}


def read_arrows(root):
    text = (root / "common" / "CMakeLists.txt").read_text()
    arrows = {}
    for name, rest in re.findall(r"nc_room\((\w+)([^)]*)\)", text):
        depends = re.search(r"DEPENDS((?:\s+[a-z]+)+)", rest)
        arrows[name] = set(depends.group(1).split()) if depends else set()
    return arrows


def closure(arrows, room):
    seen, todo = {room}, [room]
    while todo:
        for other in arrows[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def main():
    root = pathlib.Path(sys.argv[1])
    arrows = read_arrows(root)
    wrong = []
    files = [p for top in ("common", "client", "server")
             for p in (root / top).rglob("*.[ch]")]
    for path in files:
        parts = path.relative_to(root).parts
        top, room = parts[0], parts[1] if parts[0] == "common" else parts[0]
        allowed = closure(arrows, room) if top == "common" else set(arrows)
        if top == "common" and room not in arrows:
            wrong.append("%s: %s is no room of common/CMakeLists.txt"
                         % (path, room))
            continue
        for name in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]',
                               path.read_text(), re.M):
            target = name.split("/")[0] if "/" in name else None
            if target in arrows and target not in allowed:
                wrong.append("%s: %s may not include %s" % (path, room, name))
            if target in ("client", "server") and target != top:
                wrong.append("%s: includes %s of a program" % (path, name))
            if ".." in name:
                wrong.append("%s: climbs with %s" % (path, name))
            for pattern, owner in LIBRARIES.items():
                if re.fullmatch(pattern, name) and room != owner:
                    wrong.append("%s: %s belongs to %s alone"
                                 % (path, name, owner))
    print("\n".join(wrong) if wrong else
          "%d files keep to the arrows of %d rooms" % (len(files), len(arrows)))
    return 1 if wrong or not files else 0


sys.exit(main())
