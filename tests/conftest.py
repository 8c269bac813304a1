"""Settings of all tests."""

import os

# As Snakemake has it in jobs of one thread: sums of linear algebra depend on the number of
# threads, and those of two workers would wait for each other.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
