"""What readers of the map must know: the sign convention, and what the map is not.

The pages of a run, its report and the list of results take these texts; the README repeats them.
"""

SIGN_CONVENTION = (
    "Velocities and displacements are along the line of sight and positive toward the sensor: "
    "v = l · u, where u is the motion of the ground (east, north, up) and l the unit vector from "
    "the ground to the sensor, l = (-sin θ cos h, sin θ sin h, cos θ) for incidence θ and heading "
    "h of a right-looking sensor. Red is away from the sensor, blue toward it."
)
#: What the map is not → why.
WHAT_IT_IS_NOT = {
    "not the whole motion": (
        "InSAR measures only motion along the line of sight. Motion perpendicular to it is "
        "invisible; from near-polar orbits this is, roughly, motion to the north or south."
    ),
    "not complete": (
        "Where no point was measured (vegetation, snow, layover, shadow, motion too fast), "
        "nothing is known. No colour does not mean stable."
    ),
    "not a hazard map": (
        "A hot spot is a significant cluster of points that move alike; with many points a mean "
        "of 2 mm/yr is significant. A probability says how much a candidate resembles the "
        "labelled landslides, not how likely it is to fail."
    ),
    "not a forecast": (
        "Velocities are means over the period of the acquisitions. Whether and when a slope fails "
        "cannot be read from them."
    ),
    "not proof of absence": (
        "No candidate means that no group of points passed the thresholds, not that there is no "
        "landslide."
    ),
}

#: What grade and chance of noise in the list of candidates mean.
GRADES = (
    "Grades rate how well a candidate is measured, not how likely it is a landslide. A has no "
    "weakness, B one, C two, D more: outlined by one track only, few moving points, few of them "
    "significant, motion that does not fit the slope, perhaps part of a wider body. p noise is the "
    "share of noise to expect among candidates as strong."
)
