from notifications.models import Robot


def robot_of(owner: str) -> Robot | None:
    """The robot of an owner such as merchant:7K2M…"""
    return Robot.objects.filter(owner=owner).first()
