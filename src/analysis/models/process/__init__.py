"""Time in the process: from nomination to admission, from admission to recognition or leaving."""

from analysis.models.process.competing_risks import aalen_johansen, ends_of_probation
from analysis.models.process.conversion import printed_conversion
from analysis.models.process.hazards import cox, recognition_hazards
from analysis.models.process.recognition_cohorts import recognition_by_cohort
from analysis.models.process.stages import STAGES, stages
from analysis.models.process.waiting import kaplan_meier, recognition_delay

__all__ = [
    "STAGES",
    "aalen_johansen",
    "cox",
    "ends_of_probation",
    "kaplan_meier",
    "printed_conversion",
    "recognition_by_cohort",
    "recognition_delay",
    "recognition_hazards",
    "stages",
]
