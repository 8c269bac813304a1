"""Open a project in QGIS, export its print layout, and print as JSON what came of it.

Run by the Python that QGIS is installed for: ``open_project.py PROJECT FOLDER``.
"""

import json
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
)


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
    return found


def tip_of(layer: object) -> str:
    feature = next(layer.getFeatures(), None)
    if feature is None:
        return ""
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context = QgsExpressionContext(scopes)
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def main(project_path: str, folder: str) -> None:
    application = QgsApplication([], False)
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
    report = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": [describe(node) for node in project.layerTreeRoot().findLayers()],
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "exported": [int(image), int(pdf)],
        "success": int(QgsLayoutExporter.Success),
    }
    (Path(folder) / "report.json").write_text(json.dumps(report))


main(*sys.argv[1:])
