"""What a network sees: filters, feature maps, single cells, reasons, for any picture and the weights of any epoch."""

from playground.ui.inside import inside

inside()
