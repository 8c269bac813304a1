"""What raw inputs hold: all files that belong to one, and a digest of their content.

Dates of files are no guide: `mv`, `cp -p`, `rsync -a` and archives keep them. So raw inputs are
known to rules by their content, which is read again only where a file's size, times or inode
differ from what is remembered. Imported by inputs.smk: plain Python.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from xml.etree import ElementTree

#: Where the digests are remembered, in the working folder.
MEMORY = Path(".snakemake") / "hotslope_digests.json"
#: Files that belong to one of another suffix.
SIDECARS = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg"),
    ".tif": (".tfw", ".aux.xml", ".tif.aux.xml", ".tif.ovr", ".tif.msk"),
}


def parts_of(file):
    """List a file with all that belong to it; of a folder, the files in it, however deep."""
    if os.path.isdir(file):
        inside = [
            os.path.join(folder, name) for folder, _, names in os.walk(file) for name in names
        ]
        return sorted(inside) or [file]
    stem, suffix = os.path.splitext(file)
    beside = [stem + ending for ending in SIDECARS.get(suffix.lower(), ())]
    # SQLite keeps changes of a program that is still open in a file of its own.
    beside.append(f"{file}-wal")
    if suffix.lower() == ".vrt":
        beside += sources_of(file)
    return [file, *(path for path in beside if os.path.isfile(path))]


def sources_of(virtual_raster):
    """List the files from which a virtual raster takes its cells."""
    try:
        root = ElementTree.parse(virtual_raster).getroot()
    except (ElementTree.ParseError, OSError):
        return []  # refused where it is opened
    folder = os.path.dirname(virtual_raster)
    return [
        os.path.join(folder, each.text) if each.get("relativeToVRT") == "1" else each.text
        for each in root.iter("SourceFilename")
        if each.text
    ]


class Contents:
    """Digests of files, remembered from run to run.

    Parameters
    ----------
    memory : path
        JSON file of what is known.
    """

    def __init__(self, memory=MEMORY):
        self.memory = Path(memory)
        self.now = {}
        try:
            self.known = json.loads(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.known = {}

    def digest(self, file):
        """Return the SHA-256 of what a file holds, with all that belong to it."""
        found = hashlib.sha256()
        for part in parts_of(file):
            found.update(f"{os.path.basename(part)}\n{self.of_part(part)}\n".encode())
        return found.hexdigest()

    def of_part(self, part):
        """Return the SHA-256 of one file."""
        path = os.path.abspath(part)
        if path in self.now:
            return self.now[path]
        status = os.stat(path)
        state = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        remembered = self.known.get(path)
        if remembered is None or remembered[:-1] != state:
            with open(path, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            self.known[path] = [*state, digest]
            self._remember()
        self.now[path] = self.known[path][-1]
        return self.now[path]

    def _remember(self):
        partial = self.memory.with_name(f"{self.memory.name}.{os.getpid()}")
        try:
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(self.known), encoding="utf-8")
            os.replace(partial, self.memory)
        except OSError:
            # A folder that cannot be written: the files are read again by the next run.
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
