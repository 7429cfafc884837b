# Nothing is switched off. Checks that ask a running Prometheus are left out by `--offline`.
# What every alert of ours has, so that a page can be read, routed and muted.
rule {
  match {
    kind = "alerting"
  }
  label "severity" {
    value    = "critical|warning"
    required = true
    severity = "bug"
  }
  label "registry" {
    value    = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    required = true
    severity = "bug"
  }
  annotation "summary" {
    required = true
    severity = "bug"
  }
  annotation "description" {
    required = true
    severity = "bug"
  }
  annotation "runbook_url" {
    value    = "https://.+/Registry[A-Za-z]+\\.md"
    required = true
    severity = "bug"
  }
}
