#!/bin/sh
# shap 0.51 rounds the thresholds of scikit-learn's trees to single precision, some of them up to the
# value above: of a forest on steps of 0.1 the Shapley values do not add up to the probability, and
# the default check does not notice. Of a background it takes 100 rows unless told otherwise.
# Why it matters to a hotslope user: bins are such steps (a third, 0.6 ...), so values taken with shap
# directly are of another model. hotslope rounds the thresholds down first, and takes all rows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet shap==0.51.0 numpy==2.4.6 scikit-learn==1.9.1 numba==0.68.1
"$folder/venv/bin/python" - <<'END'
import numpy
import shap
from sklearn.ensemble import RandomForestClassifier

random = numpy.random.default_rng(0)
steps = random.random((300, 12)).round(1).astype(numpy.float32)
label = (steps[:, 0] + steps[:, 1] * steps[:, 2] + random.normal(0, 0.3, 300) > 0.8).astype(int)
forest = RandomForestClassifier(50, max_depth=3, random_state=0).fit(steps, label)
probability = forest.predict_proba(steps)[:, 1]

background = shap.maskers.Independent(steps, max_samples=len(steps))
explainer = shap.TreeExplainer(forest, background)
parts = explainer.shap_values(steps)[:, :, 1]
missed = numpy.abs(explainer.expected_value[1] + parts.sum(axis=1) - probability).max()
few = shap.TreeExplainer(forest, steps).expected_value[1]
print("shap", shap.__version__)
print("largest difference between a probability and the sum of its parts:", missed)
print("mean probability:", probability.mean(), "| base with the rows as background:", few)
raise SystemExit(bool(missed < 1e-3 or abs(few - probability.mean()) < 1e-3))
END
