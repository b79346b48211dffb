"""Set a thing's slug."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, THING
from offpage.values.types import TEXT, Type


class SetSlug(Action):
    """Set a thing's slug.

    Lower-case letters, digits and hyphens stay; anything else is dropped or becomes a hyphen.
    If another thing of the type has the slug already, `-1`, `-2` … is added. The result is the slug it became.
    """

    effect = Effect.DATABASE
    cost = Cost(written=True)

    thing = Prop(THING, "Thing")
    slug = Prop(TEXT_VALUE, "Slug")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The slug it became."""
        return TEXT

    def run(self, step: StepContext) -> str | None:
        """Set it and return what it became."""
        if self.thing is None or not self.slug:
            return None
        return step.things.set_slug(self.thing, self.slug)
