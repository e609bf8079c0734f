"""Where older EDK II decides otherwise: the other choice, as a switch.

Each switch changes the tables in one way; a profile or one of its variants names those that it
wants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pxeclient.boot.policy import Candidate, OfferClass, Policy
from pxeclient.decisions import Evidence, Known, Rule


# --- no-proxy-offers ----------------------------------------------------------------------
def has_no_address(candidate: Candidate) -> bool:
    """it has no address"""
    return not candidate.reply.offers_address


def no_proxy_offers(policy: Policy) -> Policy:
    """An offer without an address is not kept: ProxyDHCP servers are as good as not there."""
    rule = Rule(
        "no-address",
        has_no_address,
        OfferClass.UNUSABLE,
        "It offers no address, and this EDK II keeps no such offer: ProxyDHCP is unknown to it.",
        Known(
            Evidence.RELATED,
            "https://github.com/tianocore/edk2/issues/6944: UDK2014 in Dell's T430 and T130",
        ),
    )
    return replace(policy, classify_offer=policy.classify_offer.before("own-pxe10", rule))


SWITCHES: Mapping[str, Callable[[Policy], Policy]] = {"no-proxy-offers": no_proxy_offers}
"""By the name that profiles call them."""
