"""Lists of areas to begin with: ticked and renamed, they save most of the typing."""

from dataclasses import dataclass

from coord.text import N_


@dataclass(frozen=True, slots=True)
class Ready:
    """A kind of company, and the areas that such a company often has, by sphere. All of it is to translate."""

    title: str
    areas: dict[str, tuple[str, ...]]


READY = {
    "software": Ready(
        N_("Software"),
        {
            "sales": (N_("Marketing"), N_("Sales"), N_("Sales engineering")),
            "after_sales": (
                N_("Onboarding"), N_("Training"), N_("Support"), N_("Product"), N_("Billing"), N_("Account care"),
            ),
        },
    ),
    "goods": Ready(
        N_("Food and goods"),
        {
            "sales": (N_("Marketing"), N_("Sales"), N_("Order taking")),
            "after_sales": (
                N_("Production"), N_("Purchasing"), N_("Storage"), N_("Delivery"), N_("Billing"), N_("Complaints"),
            ),
        },
    ),
    "services": Ready(
        N_("Services"),
        {
            "sales": (N_("Marketing"), N_("Sales"), N_("Offers")),
            "after_sales": (
                N_("Planning"), N_("Carrying out"), N_("Quality"), N_("Customer service"), N_("Billing"), N_("Hiring"),
            ),
        },
    ),
}  # fmt: skip
