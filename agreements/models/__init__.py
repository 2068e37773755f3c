from agreements.models.commitments import Commitment, CommitmentState, Responsibility, StatusReport, TimingKind
from agreements.models.plans import CooperationPlan, PlanItem
from agreements.models.projects import Instrument, ProgressReport, Project, ProjectParty, Stage

__all__ = [
    "Commitment",
    "CommitmentState",
    "CooperationPlan",
    "Instrument",
    "PlanItem",
    "ProgressReport",
    "Project",
    "ProjectParty",
    "Responsibility",
    "Stage",
    "StatusReport",
    "TimingKind",
]
