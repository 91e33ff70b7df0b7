"""The numeric check of every hop: what is counted adds up to what the network computes.

Kernels and channels are checked apart, so that neither costs more than it must.
"""

import torch
from torch import Tensor

from ingest.tracing.check.channels import ChannelCheck
from ingest.tracing.check.kernels import check_kernel
from ingest.tracing.labels import Span
from ingest.tracing.trace import Traced


def check_hops(traced: Traced, spans: tuple[Span, ...], probe: Tensor) -> None:
    """Compare every hop with the network on a probe (1, 3, height, width). HopRefused names one that differs.

    cost  less than counting two pictures, most of it a forward pass; docs/networks.md has measurements
    """
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        for span in spans:
            held_at = {held.node: held for held in span.held}
            for hop in span.hops:
                check_kernel(traced, hop, held_at[hop.end], span, generator)
        ChannelCheck(traced, spans, generator).run(probe)
