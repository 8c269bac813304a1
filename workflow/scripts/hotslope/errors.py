"""The one exception that speaks to the user."""


class InputError(Exception):
    """Something the user supplied is missing or wrong.

    Parameters
    ----------
    place : str
        Where: a file, a config key, a column, a line.
    problem : str
        What was found there, with the offending value.
    remedy : str
        What to do about it.
    """

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(place, problem, remedy)
        self.place = place
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}. {self.remedy}."
