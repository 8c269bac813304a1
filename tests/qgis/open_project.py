"""Open a project in QGIS, export its print layout, and print as JSON what came of it.

Run by the Python that QGIS is installed for: ``open_project.py PROJECT FOLDER``.
"""

import json
import re
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsProject,
    QgsRenderContext,
)
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer


def describe(node: object) -> dict:
    layer = node.layer()
    vector = layer.type() == 0
    found = {
        "name": layer.name(),
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "renderer": type(layer.renderer()).__name__,
        "group": node.parent().name(),
        "shown": node.isVisible(),
        "legend": len(layer.renderer().legendSymbolItems()) if vector else 0,
    }
    if vector:
        found["aliases"] = {f.name(): f.alias() for f in layer.fields() if f.alias()}
        found["tip"] = tip_of(layer)
    if layer.name().startswith("potential landslides"):
        found["fills"] = fills_of(layer)
    return found


def fills_of(layer: object) -> dict:
    """Return the fill of each candidate, as QGIS draws it."""
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    context.expressionContext().appendScopes(
        QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    )
    renderer.startRender(context, layer.fields())
    fills = {}
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        symbol = renderer.symbolForFeature(feature, context)
        fills[feature["candidate_id"]] = symbol.color().name() if symbol else None
    renderer.stopRender(context)
    return fills


def tip_of(layer: object) -> str:
    feature = next(layer.getFeatures(), None)
    if feature is None:
        return ""
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context = QgsExpressionContext(scopes)
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def colours_of_picture(tip: str, folder: str) -> int:
    """Draw the picture of a map tip as Qt draws SVG, and count its colours."""
    path = re.search(r'src="file:///([^"]+)"', tip)[1]
    renderer = QSvgRenderer(path)
    image = QImage(renderer.defaultSize(), QImage.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.save(str(Path(folder) / "tip.png"))
    width, height = image.width(), image.height()
    return len({image.pixel(x, y) for x in range(0, width, 2) for y in range(height)})


def main(project_path: str, folder: str) -> None:
    application = QgsApplication([], True)
    application.initQgis()
    project = QgsProject.instance()
    read = project.read(project_path)
    (layout,) = project.layoutManager().printLayouts()
    (plan,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    extent = plan.extent()
    exporter = QgsLayoutExporter(layout)
    image = exporter.exportToImage(
        str(Path(folder) / "layout.png"), QgsLayoutExporter.ImageExportSettings()
    )
    pdf = exporter.exportToPdf(
        str(Path(folder) / "layout.pdf"), QgsLayoutExporter.PdfExportSettings()
    )
    layers = [describe(node) for node in project.layerTreeRoot().findLayers()]
    report = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": layers,
        "colours_of_tip": colours_of_picture(layers[0]["tip"], folder),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "exported": [int(image), int(pdf)],
        "success": int(QgsLayoutExporter.Success),
    }
    (Path(folder) / "report.json").write_text(json.dumps(report))


main(*sys.argv[1:])
