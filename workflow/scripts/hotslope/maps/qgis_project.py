"""A QGIS project as XML, made without QGIS, for QGIS 3.22 and newer.

Only what QGIS does not fill in by itself: data sources relative to the project, styles, legend
tree, print layout, metadata. Elements follow what QGIS 3.22 itself writes.
"""

import io
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from pyproj import CRS

from hotslope.class_rasters import document_text
from hotslope.grid import Bounds

#: Written instead of the time of day, so that equal content has equal bytes.
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
#: Identifiers are made from names, so that they are the same in every run.
_NAMESPACE = uuid.UUID("6b1f6f3e-6e0b-4a39-9d0c-0a6b6f0f7a11")
#: Print layout on A4 across, mm.
_PAGE_MM = (297.0, 210.0)
_MAP_MM = (10.0, 20.0, 205.0, 180.0)
_SIDE_MM = (220.0, 67.0)


@dataclass(frozen=True)
class Layer:
    """A layer of the project.

    Parameters
    ----------
    name : str
        In the legend.
    source : str
        Path from the project's folder; for a GeoPackage with ``|layername=…``.
    style : Element
        ``renderer-v2`` (vector) or ``rasterrenderer`` (raster).
    geometry : str
        Such as ``Polygon``; empty for a raster.
    shown : bool
        Whether it is switched on.
    aliases : dict of str to str
        Column → name in words.
    map_tip : str
        HTML with expressions of QGIS.
    smallest_scale : int
        Denominator of the scale below which the layer is not drawn; 0 draws it at every scale.
    """

    name: str
    source: str
    style: ET.Element
    geometry: str = ""
    shown: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    map_tip: str = ""
    smallest_scale: int = 0

    @property
    def identifier(self) -> str:
        """Identifier within the project."""
        return f"layer_{uuid.uuid5(_NAMESPACE, self.source).hex}"

    @property
    def provider(self) -> str:
        """How QGIS reads it."""
        return "ogr" if self.geometry else "gdal"


@dataclass(frozen=True)
class Project:
    """A project: groups of layers, from the top of the map to its ground.

    Parameters
    ----------
    title, abstract : str
        Of the project and its print layout.
    crs : str
        Projected CRS.
    bounds_m : tuple of float
        West, south, east, north: what the map opens with.
    groups : sequence of (str, list of Layer)
        Name and layers of each group; empty groups are left out.
    """

    title: str
    abstract: str
    crs: str
    bounds_m: Bounds
    groups: Sequence[tuple[str, list[Layer]]]

    @property
    def layers(self) -> list[Layer]:
        """All layers, the topmost first."""
        return [layer for _, layers in self.groups for layer in layers]


def project_archive(project: Project, name: str) -> bytes:
    """Return the bytes of a ``.qgz`` file.

    Parameters
    ----------
    project : Project
    name : str
        Of the project inside, without its ending.
    """
    buffer = io.BytesIO()
    entry = zipfile.ZipInfo(f"{name}.qgs", _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, project_text(project))
    return buffer.getvalue()


def project_text(project: Project) -> str:
    """Return the project as the text of a ``.qgs`` file."""
    root = ET.Element("qgis", projectname=project.title, version="3.22.0")
    ET.SubElement(root, "homePath", path="")
    _text(root, "title", project.title)
    root.append(_named("projectCrs", _crs(project.crs)))
    root.append(_layer_tree(project))
    root.append(_canvas(project))
    layers = ET.SubElement(root, "projectlayers")
    layers.extend(_map_layer(layer, project.crs) for layer in project.layers)
    order = ET.SubElement(root, "layerorder")
    for layer in project.layers:
        ET.SubElement(order, "layer", id=layer.identifier)
    properties = ET.SubElement(root, "properties")
    _text(ET.SubElement(properties, "Paths"), "Absolute", "false", type="bool")
    reference = ET.SubElement(properties, "SpatialRefSys")
    _text(reference, "ProjectionsEnabled", "1", type="int")
    metadata = ET.SubElement(root, "projectMetadata")
    _text(metadata, "type", "dataset")
    _text(metadata, "title", project.title)
    _text(metadata, "abstract", project.abstract)
    _text(metadata, "author", "hotslope")
    root.append(_named("Layouts", _layout(project)))
    return document_text(root)


# --- layers ----------------------------------------------------------------------------------


def _layer_tree(project: Project) -> ET.Element:
    tree = ET.Element("layer-tree-group")
    for name, layers in project.groups:
        if not layers:
            continue
        checked = "Qt::Checked" if any(layer.shown for layer in layers) else "Qt::Unchecked"
        group = ET.SubElement(tree, "layer-tree-group", name=name, checked=checked, expanded="1")
        group.extend(_tree_layer(layer) for layer in layers)
    return tree


def _tree_layer(layer: Layer) -> ET.Element:
    return ET.Element(
        "layer-tree-layer",
        id=layer.identifier,
        name=layer.name,
        source=f"./{layer.source}",
        providerKey=layer.provider,
        checked="Qt::Checked" if layer.shown else "Qt::Unchecked",
        expanded="1" if layer.shown else "0",
    )


def _map_layer(layer: Layer, crs: str) -> ET.Element:
    attributes = {
        "type": "vector" if layer.geometry else "raster",
        "hasScaleBasedVisibilityFlag": str(int(layer.smallest_scale > 0)),
        "minScale": str(layer.smallest_scale or 100_000_000),
        "maxScale": "0",
        "styleCategories": "AllStyleCategories",
    }
    if layer.geometry:
        attributes |= {"geometry": layer.geometry, "labelsEnabled": "0"}
    element = ET.Element("maplayer", attributes)
    _text(element, "id", layer.identifier)
    _text(element, "datasource", f"./{layer.source}")
    _text(element, "layername", layer.name)
    element.append(_named("srs", _crs(crs)))
    _text(element, "provider", layer.provider, encoding="UTF-8")
    if not layer.geometry:
        # Smooth in print; classes keep their codes.
        method = "" if layer.style.get("type") == "paletted" else "bilinear"
        resampler = ET.Element("rasterresampler", maxOversampling="4")
        if method:
            resampler.attrib |= {"zoomedInResampler": method, "zoomedOutResampler": method}
        element.append(_named("pipe", layer.style, resampler))
        return element
    element.append(layer.style)
    aliases = ET.SubElement(element, "aliases")
    for index, (name, alias) in enumerate(layer.aliases.items()):
        ET.SubElement(aliases, "alias", index=str(index), field=name, name=alias)
    _text(element, "mapTip", layer.map_tip)
    return element


def _crs(name: str) -> ET.Element:
    crs = CRS(name)
    element = ET.Element("spatialrefsys", nativeFormat="Wkt")
    _text(element, "wkt", crs.to_wkt())
    authority = crs.to_authority()
    _text(element, "authid", ":".join(authority) if authority else "")
    _text(element, "description", crs.name)
    return element


# --- map and print layout --------------------------------------------------------------------


def _canvas(project: Project) -> ET.Element:
    canvas = ET.Element("mapcanvas", name="theMapCanvas", annotationsVisible="1")
    _text(canvas, "units", "meters")
    extent = ET.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), project.bounds_m, strict=True):
        _text(extent, name, repr(value))
    canvas.append(_named("destinationsrs", _crs(project.crs)))
    return canvas


def _layout(project: Project) -> ET.Element:
    layout = ET.Element("Layout", name="Map", units="mm", printResolution="200")
    pages = ET.SubElement(layout, "PageCollection")
    pages.append(_item("page", 65638, (0.0, 0.0, *_PAGE_MM), background=True))
    map_id = _identifier("map")
    left, width = _SIDE_MM
    whole = _PAGE_MM[0] - 2 * _MAP_MM[0]
    layout.append(_label("title", project.title, (_MAP_MM[0], 7.0, whole, 10.0), 16))
    plan = _item("map", 65639, _MAP_MM, frame=True, background=True, drawCanvasItems="true")
    west, south, east, north = _fitted(project.bounds_m, _MAP_MM[2] / _MAP_MM[3])
    ET.SubElement(
        plan, "Extent", xmin=repr(west), ymin=repr(south), xmax=repr(east), ymax=repr(north)
    )
    layout.append(plan)
    legend = _item(
        "legend",
        65642,
        (left, _MAP_MM[1], width, 110.0),
        map_uuid=map_id,
        resizeToContents="1",
        legendFilterByAtlas="0",
        symbolWidth="5",
        symbolHeight="3.5",
        wmsLegendWidth="40",
        fontColor="#222222",
        lineSpacing="1",
        wrapChar="",
        title="",
        columnCount="1",
        splitLayer="0",
        boxSpace="1",
        columnSpace="2",
    )
    styles = ET.SubElement(legend, "styles")
    for style, size in {"title": 11, "group": 10, "subgroup": 9, "symbolLabel": 8}.items():
        one = ET.SubElement(styles, "style", name=style, marginTop="1.5", marginLeft="2")
        ET.SubElement(one, "styleFont", description=_font(size), style="")
    legend.append(_legend_tree(project))
    layout.append(legend)
    layout.append(_scale_bar(map_id, project.bounds_m, (left, 172.0, width, 12.0)))
    north_arrow = (_MAP_MM[0] + _MAP_MM[2] - 12, _MAP_MM[1] + 2, 10.0, 12.0)
    layout.append(_label("north", "N\n▲", north_arrow, 12))
    layout.append(_label("abstract", project.abstract, (left, 186.0, width, 18.0), 7))
    return layout


def _legend_tree(project: Project) -> ET.Element:
    """List only what is switched on: a legend of all would not fit the page."""
    return _named(
        "layer-tree-group", *(_tree_layer(layer) for layer in project.layers if layer.shown)
    )


def _scale_bar(map_id: str, bounds_m: Bounds, place_mm: Bounds) -> ET.Element:
    width_m = bounds_m[2] - bounds_m[0]
    unit, metres = ("km", 1000) if width_m > 4000 else ("m", 1)
    bar = _item(
        "scale",
        65646,
        place_mm,
        mapUuid=map_id,
        style="Single Box",
        unitType="meters",
        unitLabel=unit,
        numMapUnitsPerScaleBarUnit=str(metres),
        segmentSizeMode="1",
        minBarWidth="30",
        maxBarWidth="55",
        numSegments="2",
        numSegmentsLeft="0",
        numSubdivisions="1",
        height="2",
        labelBarSpace="2",
        boxContentSpace="1",
        outlineWidth="0.3",
        alignment="0",
    )
    ET.SubElement(
        bar,
        "text-style",
        fontFamily="DejaVu Sans",
        fontSize="9",
        fontSizeUnit="Point",
        textColor="34,34,34,255",
    )
    return bar


def _label(name: str, text: str, place_mm: Bounds, size: int) -> ET.Element:
    label = _item(name, 65641, place_mm, labelText=text, htmlState="0", halign="1", valign="32")
    ET.SubElement(label, "LabelFont", description=_font(size), style="")
    return label


def _item(
    name: str,
    kind: int,
    place_mm: Bounds,
    *,
    frame: bool = False,
    background: bool = False,
    **attributes: str,
) -> ET.Element:
    left, top, width, height = place_mm
    position = f"{left:g},{top:g},mm"
    identifier = _identifier(name)
    return ET.Element(
        "LayoutItem",
        {
            "type": str(kind),
            "id": name,
            "uuid": identifier,
            "templateUuid": identifier,
            "position": position,
            "positionOnPage": position,
            "size": f"{width:g},{height:g},mm",
            "referencePoint": "0",
            "frame": str(frame).lower(),
            "background": str(background).lower(),
            "outlineWidthM": "0.3,mm",
            "opacity": "1",
            "visibility": "1",
            "zValue": "1",
            **attributes,
        },
    )


def _fitted(bounds_m: Bounds, aspect: float) -> Bounds:
    """Bounds grown about their middle to the shape of the map."""
    west, south, east, north = bounds_m
    width, height = east - west, north - south
    grown_x = max(height * aspect - width, 0.0) / 2
    grown_y = max(width / aspect - height, 0.0) / 2
    return west - grown_x, south - grown_y, east + grown_x, north + grown_y


def _font(size: int) -> str:
    return f"DejaVu Sans,{size},-1,5,50,0,0,0,0,0"


def _identifier(name: str) -> str:
    return f"{{{uuid.uuid5(_NAMESPACE, name)}}}"


def _named(tag: str, *children: ET.Element) -> ET.Element:
    element = ET.Element(tag)
    element.extend(children)
    return element


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element
