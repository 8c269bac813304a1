"""Tables of the stage: points as the common table has them, with what interferometry knows more."""

import pandera.pandas as pa

from hotslope.points.tables import POINTS
from hotslope.schemas import SHARE, Table, number

INTERFEROMETRIC_POINTS = Table(
    "interferometric points",
    POINTS.schema.add_columns(
        {
            "height_correction_m": number(
                "height of the scatterer above the height used in processing, m", nullable=True
            ),
            "height_correction_std_m": number("its standard error, m", nullable=True),
            "residual_coherence": number("coherence of the residuals of rate and height", SHARE),
            "mean_coherence": number("mean coherence of the interferograms", SHARE),
            "interferograms": pa.Column(
                "int64", pa.Check.ge(1), description="interferograms used at the point"
            ),
        }
    ),
)
