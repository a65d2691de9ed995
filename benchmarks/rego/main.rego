# Three rules of the kind that people write first with conftest.
package main

import rego.v1

deny contains msg if {
	input.kind == "Deployment"
	some container in input.spec.template.spec.containers
	endswith(container.image, ":latest")
	msg := sprintf("%s: the image of %s floats", [input.metadata.name, container.name])
}

deny contains msg if {
	input.kind == "Deployment"
	some container in input.spec.template.spec.containers
	not container.resources.requests.memory
	msg := sprintf("%s: %s requests no memory", [input.metadata.name, container.name])
}

deny contains msg if {
	input.kind == "Deployment"
	not input.metadata.labels["app.kubernetes.io/name"]
	msg := sprintf("%s has no name label", [input.metadata.name])
}
