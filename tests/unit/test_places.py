"""Results name files, not the folders of the one who made them."""

from hotslope.places import absolute_paths, without_places


def test_absolute_paths_become_names_in_every_text():
    settings = {
        "points": {"table": "/home/ann/egms", "items": "data/items.txt"},
        "layers": [{"path": "/home/ann/slides.gpkg"}, None, 3],
        "checksums": {"/home/ann/dem.tif": "ab"},
        "folder": "/",
    }
    paths = absolute_paths(settings)
    assert paths == ["/home/ann/slides.gpkg", "/home/ann/dem.tif", "/home/ann/egms"]
    content = {
        "files": ["/home/ann/egms/a.csv", "data/items.txt"],
        "warnings": ("terrain.dem /home/ann/dem.tif: covers 3 %",),
        "other": ["x/home/ann/egms", "/home/ann/egms2", 3, None],
    }
    assert without_places(content, paths) == {
        "files": ["egms/a.csv", "data/items.txt"],
        "warnings": ["terrain.dem dem.tif: covers 3 %"],
        "other": ["x/home/ann/egms", "/home/ann/egms2", 3, None],
    }


def test_folders_are_found_however_they_are_written():
    paths = absolute_paths(["/home/ann/egms/", "/home/ann//mintpy"])
    content = ["/home/ann/egms/a.csv", "/home/ann/mintpy/b.h5: no", "/home/ann//mintpy"]
    assert without_places(content, paths) == ["egms/a.csv", "mintpy/b.h5: no", "mintpy"]
