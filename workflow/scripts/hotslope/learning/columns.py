"""Names that tables of the stage share with the maps, which load no statistics for them."""

#: All metrics, in the order of tables.
METRICS = (
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "false_positive_rate",
    "f1",
    "auc",
    "brier",
)
#: Classes in words.
LANDSLIDE, OTHER = "potential landslide", "other movement"
#: Prediction sets in words, by whether they hold the classes 0 and 1.
SETS = {
    (False, True): LANDSLIDE,
    (True, False): OTHER,
    (True, True): "either",
    (False, False): "neither",
}
