"""Data only: one file a framework, one line a control; `auditor.frameworks` reads them."""
