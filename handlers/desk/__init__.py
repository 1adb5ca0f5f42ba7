"""The operators' desk: applications, hardship, loans, funds, proposals for two people, reports."""
