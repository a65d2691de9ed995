"""Which fields the types of Kubernetes and of Flux have. Made by scripts/derive_fields.py: do not edit.

Sources: the OpenAPI documents of Kubernetes 1.30 to 1.37 (as JSON Schemas in the
package kubernetes-validate), and the CustomResourceDefinitions of the controllers of Flux
up to 2.9, each united.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KUBERNETES_RELEASE: Final = (1, 37)
FLUX_RELEASE: Final = (2, 9)
"""The last release whose fields are known."""

KINDS: Final[Mapping[str, str]] = {
    "apps/v1 DaemonSet": "DaemonSet",
    "apps/v1 Deployment": "Deployment",
    "apps/v1 ReplicaSet": "ReplicaSet",
    "apps/v1 StatefulSet": "StatefulSet",
    "autoscaling/v1 HorizontalPodAutoscaler": "HorizontalPodAutoscaler/v1",
    "autoscaling/v2 HorizontalPodAutoscaler": "HorizontalPodAutoscaler",
    "batch/v1 CronJob": "CronJob",
    "batch/v1 Job": "Job",
    "helm.toolkit.fluxcd.io/v2 HelmRelease": "HelmRelease",
    "helm.toolkit.fluxcd.io/v2beta1 HelmRelease": "HelmRelease",
    "helm.toolkit.fluxcd.io/v2beta2 HelmRelease": "HelmRelease",
    "image.toolkit.fluxcd.io/v1 ImagePolicy": "ImagePolicy",
    "image.toolkit.fluxcd.io/v1 ImageRepository": "ImageRepository",
    "image.toolkit.fluxcd.io/v1 ImageUpdateAutomation": "ImageUpdateAutomation",
    "image.toolkit.fluxcd.io/v1beta1 ImagePolicy": "ImagePolicy",
    "image.toolkit.fluxcd.io/v1beta1 ImageRepository": "ImageRepository",
    "image.toolkit.fluxcd.io/v1beta1 ImageUpdateAutomation": "ImageUpdateAutomation",
    "image.toolkit.fluxcd.io/v1beta2 ImagePolicy": "ImagePolicy",
    "image.toolkit.fluxcd.io/v1beta2 ImageRepository": "ImageRepository",
    "image.toolkit.fluxcd.io/v1beta2 ImageUpdateAutomation": "ImageUpdateAutomation",
    "kustomize.toolkit.fluxcd.io/v1 Kustomization": "Kustomization",
    "kustomize.toolkit.fluxcd.io/v1beta1 Kustomization": "Kustomization",
    "kustomize.toolkit.fluxcd.io/v1beta2 Kustomization": "Kustomization",
    "networking.k8s.io/v1 Ingress": "Ingress",
    "networking.k8s.io/v1 NetworkPolicy": "NetworkPolicy",
    "notification.toolkit.fluxcd.io/v1 Receiver": "Receiver",
    "notification.toolkit.fluxcd.io/v1beta1 Alert": "Alert",
    "notification.toolkit.fluxcd.io/v1beta1 Provider": "Provider",
    "notification.toolkit.fluxcd.io/v1beta1 Receiver": "Receiver",
    "notification.toolkit.fluxcd.io/v1beta2 Alert": "Alert",
    "notification.toolkit.fluxcd.io/v1beta2 Provider": "Provider",
    "notification.toolkit.fluxcd.io/v1beta2 Receiver": "Receiver",
    "notification.toolkit.fluxcd.io/v1beta3 Alert": "Alert",
    "notification.toolkit.fluxcd.io/v1beta3 Provider": "Provider",
    "policy/v1 PodDisruptionBudget": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1 ClusterRole": "ClusterRole",
    "rbac.authorization.k8s.io/v1 ClusterRoleBinding": "ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1 Role": "Role",
    "rbac.authorization.k8s.io/v1 RoleBinding": "RoleBinding",
    "source.extensions.fluxcd.io/v1beta1 ArtifactGenerator": "ArtifactGenerator",
    "source.toolkit.fluxcd.io/v1 Bucket": "Bucket",
    "source.toolkit.fluxcd.io/v1 ExternalArtifact": "ExternalArtifact",
    "source.toolkit.fluxcd.io/v1 GitRepository": "GitRepository",
    "source.toolkit.fluxcd.io/v1 HelmChart": "HelmChart",
    "source.toolkit.fluxcd.io/v1 HelmRepository": "HelmRepository",
    "source.toolkit.fluxcd.io/v1 OCIRepository": "OCIRepository",
    "source.toolkit.fluxcd.io/v1beta1 Bucket": "Bucket",
    "source.toolkit.fluxcd.io/v1beta1 GitRepository": "GitRepository",
    "source.toolkit.fluxcd.io/v1beta1 HelmChart": "HelmChart",
    "source.toolkit.fluxcd.io/v1beta1 HelmRepository": "HelmRepository",
    "source.toolkit.fluxcd.io/v1beta2 Bucket": "Bucket",
    "source.toolkit.fluxcd.io/v1beta2 GitRepository": "GitRepository",
    "source.toolkit.fluxcd.io/v1beta2 HelmChart": "HelmChart",
    "source.toolkit.fluxcd.io/v1beta2 HelmRepository": "HelmRepository",
    "source.toolkit.fluxcd.io/v1beta2 OCIRepository": "OCIRepository",
    "v1 ConfigMap": "ConfigMap",
    "v1 Namespace": "Namespace",
    "v1 PersistentVolumeClaim": "PersistentVolumeClaim",
    "v1 Pod": "Pod",
    "v1 Secret": "Secret",
    "v1 Service": "Service",
    "v1 ServiceAccount": "ServiceAccount",
}
"""The type of an object, by API version and kind."""

TYPES: Final[Mapping[str, str]] = {
    "Alert": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "Alert.spec": (
        "eventMetadata eventSeverity eventSources: exclusionList inclusionList providerRef: summary suspend"
    ),
    "Alert.spec.eventSources": ("apiVersion kind matchLabels name namespace"),
    "Alert.spec.providerRef": ("name"),
    "ArtifactGenerator": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "ArtifactGenerator.spec": ("artifacts: commonMetadata: pathPattern sources:"),
    "ArtifactGenerator.spec.artifacts": ("copy: name originRevision revision"),
    "ArtifactGenerator.spec.artifacts.copy": ("exclude from strategy to"),
    "ArtifactGenerator.spec.commonMetadata": ("annotations labels"),
    "ArtifactGenerator.spec.sources": ("alias kind name namespace"),
    "Bucket": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "Bucket.spec": (
        "accessFrom: bucketName certSecretRef: endpoint ignore insecure interval prefix provider "
        "proxySecretRef: region secretRef: serviceAccountName sts: suspend timeout"
    ),
    "Bucket.spec.accessFrom": ("namespaceSelectors:"),
    "Bucket.spec.accessFrom.namespaceSelectors": ("matchLabels"),
    "Bucket.spec.certSecretRef": ("name"),
    "Bucket.spec.proxySecretRef": ("name"),
    "Bucket.spec.secretRef": ("name"),
    "Bucket.spec.sts": ("certSecretRef: endpoint provider secretRef:"),
    "Bucket.spec.sts.certSecretRef": ("name"),
    "Bucket.spec.sts.secretRef": ("name"),
    "ClusterRole": ("aggregationRule apiVersion kind metadata:ObjectMeta rules:PolicyRule"),
    "ClusterRoleBinding": ("apiVersion kind metadata:ObjectMeta roleRef:RoleRef subjects:Subject"),
    "ConfigMap": ("apiVersion binaryData data immutable kind metadata:ObjectMeta"),
    "Container": (
        "args command env:EnvVar envFrom:EnvFromSource image imagePullPolicy lifecycle:Lifecycle "
        "livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe resizePolicy "
        "resources:ResourceRequirements restartPolicy restartPolicyRules securityContext:SecurityContext "
        "startupProbe:Probe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices "
        "volumeMounts:VolumeMount workingDir"
    ),
    "ContainerPort": ("containerPort hostIP hostPort name protocol"),
    "CronJob": ("apiVersion kind metadata:ObjectMeta spec:CronJobSpec status"),
    "CronJobSpec": (
        "concurrencyPolicy failedJobsHistoryLimit jobTemplate:JobTemplateSpec schedule "
        "startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone"
    ),
    "CrossVersionObjectReference": ("apiVersion kind name"),
    "CrossVersionObjectReference/v1": ("apiVersion kind name"),
    "DaemonSet": ("apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status"),
    "DaemonSetSpec": (
        "minReadySeconds revisionHistoryLimit selector:LabelSelector template:PodTemplateSpec updateStrategy"
    ),
    "Deployment": ("apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status"),
    "DeploymentSpec": (
        "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector:LabelSelector "
        "strategy:DeploymentStrategy template:PodTemplateSpec"
    ),
    "DeploymentStrategy": ("rollingUpdate type"),
    "EnvFromSource": ("configMapRef prefix secretRef"),
    "EnvVar": ("name value valueFrom:EnvVarSource"),
    "EnvVarSource": ("configMapKeyRef fieldRef fileKeyRef resourceFieldRef secretKeyRef"),
    "EphemeralContainer": (
        "args command env:EnvVar envFrom:EnvFromSource image imagePullPolicy lifecycle:Lifecycle "
        "livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe resizePolicy "
        "resources:ResourceRequirements restartPolicy restartPolicyRules securityContext:SecurityContext "
        "startupProbe:Probe stdin stdinOnce targetContainerName terminationMessagePath "
        "terminationMessagePolicy tty volumeDevices volumeMounts:VolumeMount workingDir"
    ),
    "ExternalArtifact": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "ExternalArtifact.spec": ("sourceRef:"),
    "ExternalArtifact.spec.sourceRef": ("apiVersion kind name namespace"),
    "GitRepository": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "GitRepository.spec": (
        "accessFrom: gitImplementation ignore include: interval provider proxySecretRef: recurseSubmodules "
        "ref: secretRef: serviceAccountName sparseCheckout suspend timeout url verify:"
    ),
    "GitRepository.spec.accessFrom": ("namespaceSelectors:"),
    "GitRepository.spec.accessFrom.namespaceSelectors": ("matchLabels"),
    "GitRepository.spec.include": ("fromPath repository: toPath"),
    "GitRepository.spec.include.repository": ("name"),
    "GitRepository.spec.proxySecretRef": ("name"),
    "GitRepository.spec.ref": ("branch commit name semver tag"),
    "GitRepository.spec.secretRef": ("name"),
    "GitRepository.spec.verify": ("mode secretRef:"),
    "GitRepository.spec.verify.secretRef": ("name"),
    "HTTPGetAction": ("host httpHeaders path port protocol scheme"),
    "HTTPIngressPath": ("backend:IngressBackend path pathType"),
    "HTTPIngressRuleValue": ("paths:HTTPIngressPath"),
    "HelmChart": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "HelmChart.spec": (
        "accessFrom: chart ignoreMissingValuesFiles interval reconcileStrategy sourceRef: suspend valuesFile "
        "valuesFiles verify: version"
    ),
    "HelmChart.spec.accessFrom": ("namespaceSelectors:"),
    "HelmChart.spec.accessFrom.namespaceSelectors": ("matchLabels"),
    "HelmChart.spec.sourceRef": ("apiVersion kind name"),
    "HelmChart.spec.verify": ("matchOIDCIdentity: provider secretRef:"),
    "HelmChart.spec.verify.matchOIDCIdentity": ("issuer subject"),
    "HelmChart.spec.verify.secretRef": ("name"),
    "HelmRelease": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "HelmRelease.spec": (
        "chart: chartRef: commonMetadata: dependsOn: driftDetection: healthCheckExprs: install: interval "
        "kubeConfig: maxHistory persistentClient postRenderStrategy postRenderers: releaseName rollback: "
        "serviceAccountName storageNamespace suspend targetNamespace test: timeout uninstall: upgrade: values "
        "valuesFrom: waitStrategy:"
    ),
    "HelmRelease.spec.chart": ("metadata: spec:"),
    "HelmRelease.spec.chart.metadata": ("annotations labels"),
    "HelmRelease.spec.chart.spec": (
        "chart ignoreMissingValuesFiles interval reconcileStrategy sourceRef: valuesFile valuesFiles verify: version"
    ),
    "HelmRelease.spec.chart.spec.sourceRef": ("apiVersion kind name namespace"),
    "HelmRelease.spec.chart.spec.verify": ("provider secretRef"),
    "HelmRelease.spec.chartRef": ("apiVersion kind name namespace"),
    "HelmRelease.spec.commonMetadata": ("annotations labels"),
    "HelmRelease.spec.dependsOn": ("name namespace readyExpr"),
    "HelmRelease.spec.driftDetection": ("ignore: mode"),
    "HelmRelease.spec.driftDetection.ignore": ("paths target:"),
    "HelmRelease.spec.driftDetection.ignore.target": (
        "annotationSelector group kind labelSelector name namespace version"
    ),
    "HelmRelease.spec.healthCheckExprs": ("apiVersion current failed inProgress kind"),
    "HelmRelease.spec.install": (
        "crds createNamespace disableHooks disableOpenAPIValidation disableSchemaValidation "
        "disableTakeOwnership disableWait disableWaitForJobs remediation: replace serverSideApply skipCRDs "
        "strategy: timeout"
    ),
    "HelmRelease.spec.install.remediation": ("ignoreTestFailures remediateLastFailure retries"),
    "HelmRelease.spec.install.strategy": ("name retryInterval"),
    "HelmRelease.spec.kubeConfig": ("configMapRef: secretRef:"),
    "HelmRelease.spec.kubeConfig.configMapRef": ("name"),
    "HelmRelease.spec.kubeConfig.secretRef": ("key name"),
    "HelmRelease.spec.postRenderers": ("kustomize:"),
    "HelmRelease.spec.postRenderers.kustomize": ("images: patches: patchesJson6902: patchesStrategicMerge"),
    "HelmRelease.spec.postRenderers.kustomize.images": ("digest name newName newTag"),
    "HelmRelease.spec.postRenderers.kustomize.patches": ("patch target"),
    "HelmRelease.spec.postRenderers.kustomize.patchesJson6902": ("patch target"),
    "HelmRelease.spec.rollback": (
        "cleanupOnFail disableHooks disableWait disableWaitForJobs force recreate serverSideApply timeout"
    ),
    "HelmRelease.spec.test": ("enable filters: ignoreFailures timeout"),
    "HelmRelease.spec.test.filters": ("exclude name"),
    "HelmRelease.spec.uninstall": ("deletionPropagation disableHooks disableWait keepHistory timeout"),
    "HelmRelease.spec.upgrade": (
        "chartNameChangeStrategy cleanupOnFail crds disableHooks disableOpenAPIValidation "
        "disableSchemaValidation disableTakeOwnership disableWait disableWaitForJobs force preserveValues "
        "remediation: serverSideApply strategy: timeout"
    ),
    "HelmRelease.spec.upgrade.remediation": ("ignoreTestFailures remediateLastFailure retries strategy"),
    "HelmRelease.spec.upgrade.strategy": ("name retryInterval"),
    "HelmRelease.spec.valuesFrom": ("kind literal name optional targetPath valuesKey"),
    "HelmRelease.spec.waitStrategy": ("name"),
    "HelmRepository": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "HelmRepository.spec": (
        "accessFrom: certSecretRef: insecure interval passCredentials provider secretRef: suspend timeout type url"
    ),
    "HelmRepository.spec.accessFrom": ("namespaceSelectors:"),
    "HelmRepository.spec.accessFrom.namespaceSelectors": ("matchLabels"),
    "HelmRepository.spec.certSecretRef": ("name"),
    "HelmRepository.spec.secretRef": ("name"),
    "HorizontalPodAutoscaler": ("apiVersion kind metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec status"),
    "HorizontalPodAutoscaler/v1": ("apiVersion kind metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec/v1 status"),
    "HorizontalPodAutoscalerSpec": (
        "behavior maxReplicas metrics minReplicas scaleTargetRef:CrossVersionObjectReference"
    ),
    "HorizontalPodAutoscalerSpec/v1": (
        "maxReplicas minReplicas scaleTargetRef:CrossVersionObjectReference/v1 targetCPUUtilizationPercentage"
    ),
    "ImagePolicy": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "ImagePolicy.spec": ("digestReflectionPolicy filterTags: imageRepositoryRef: interval policy: suspend"),
    "ImagePolicy.spec.filterTags": ("extract pattern"),
    "ImagePolicy.spec.imageRepositoryRef": ("name namespace"),
    "ImagePolicy.spec.policy": ("alphabetical: numerical: semver:"),
    "ImagePolicy.spec.policy.alphabetical": ("order"),
    "ImagePolicy.spec.policy.numerical": ("order"),
    "ImagePolicy.spec.policy.semver": ("range"),
    "ImageRepository": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "ImageRepository.spec": (
        "accessFrom: certSecretRef: exclusionList image insecure interval provider proxySecretRef: secretRef: "
        "serviceAccountName suspend timeout"
    ),
    "ImageRepository.spec.accessFrom": ("namespaceSelectors:"),
    "ImageRepository.spec.accessFrom.namespaceSelectors": ("matchLabels"),
    "ImageRepository.spec.certSecretRef": ("name"),
    "ImageRepository.spec.proxySecretRef": ("name"),
    "ImageRepository.spec.secretRef": ("name"),
    "ImageUpdateAutomation": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "ImageUpdateAutomation.spec": ("git: interval policySelector: sourceRef: suspend update:"),
    "ImageUpdateAutomation.spec.git": ("checkout: commit: push:"),
    "ImageUpdateAutomation.spec.git.checkout": ("ref:"),
    "ImageUpdateAutomation.spec.git.checkout.ref": ("branch commit name semver tag"),
    "ImageUpdateAutomation.spec.git.commit": ("author: messageTemplate messageTemplateValues signingKey:"),
    "ImageUpdateAutomation.spec.git.commit.author": ("email name"),
    "ImageUpdateAutomation.spec.git.commit.signingKey": ("secretRef type"),
    "ImageUpdateAutomation.spec.git.push": ("branch options refspec"),
    "ImageUpdateAutomation.spec.policySelector": ("matchExpressions: matchLabels"),
    "ImageUpdateAutomation.spec.policySelector.matchExpressions": ("key operator values"),
    "ImageUpdateAutomation.spec.sourceRef": ("apiVersion kind name namespace"),
    "ImageUpdateAutomation.spec.update": ("path strategy"),
    "Ingress": ("apiVersion kind metadata:ObjectMeta spec:IngressSpec status"),
    "IngressBackend": ("resource service:IngressServiceBackend"),
    "IngressRule": ("host http:HTTPIngressRuleValue"),
    "IngressServiceBackend": ("name port:ServiceBackendPort"),
    "IngressSpec": ("defaultBackend:IngressBackend ingressClassName rules:IngressRule tls:IngressTLS"),
    "IngressTLS": ("hosts secretName"),
    "Job": ("apiVersion kind metadata:ObjectMeta spec:JobSpec status"),
    "JobSpec": (
        "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy "
        "manualSelector maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy scheduling "
        "selector:LabelSelector successPolicy suspend template:PodTemplateSpec ttlSecondsAfterFinished"
    ),
    "JobTemplateSpec": ("metadata:ObjectMeta spec:JobSpec"),
    "Kustomization": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "Kustomization.spec": (
        "buildMetadata commonMetadata: components decryption: deletionPolicy dependsOn: force "
        "healthCheckExprs: healthChecks: ignore: ignoreMissingComponents images: interval kubeConfig: "
        "namePrefix nameSuffix patches: patchesJson6902: patchesStrategicMerge path postBuild: prune "
        "retryInterval serviceAccountName sourceRef: suspend targetNamespace timeout validation wait"
    ),
    "Kustomization.spec.commonMetadata": ("annotations labels"),
    "Kustomization.spec.decryption": ("provider secretRef: serviceAccountName"),
    "Kustomization.spec.decryption.secretRef": ("name"),
    "Kustomization.spec.dependsOn": ("name namespace readyExpr"),
    "Kustomization.spec.healthCheckExprs": ("apiVersion current failed inProgress kind"),
    "Kustomization.spec.healthChecks": ("apiVersion kind name namespace"),
    "Kustomization.spec.ignore": ("paths target:"),
    "Kustomization.spec.ignore.target": ("annotationSelector group kind labelSelector name namespace version"),
    "Kustomization.spec.images": ("digest name newName newTag"),
    "Kustomization.spec.kubeConfig": ("configMapRef: secretRef:"),
    "Kustomization.spec.kubeConfig.configMapRef": ("name"),
    "Kustomization.spec.kubeConfig.secretRef": ("key name"),
    "Kustomization.spec.patches": ("patch target:"),
    "Kustomization.spec.patches.target": ("annotationSelector group kind labelSelector name namespace version"),
    "Kustomization.spec.patchesJson6902": ("patch: target:"),
    "Kustomization.spec.patchesJson6902.patch": ("from op path value"),
    "Kustomization.spec.patchesJson6902.target": ("annotationSelector group kind labelSelector name namespace version"),
    "Kustomization.spec.postBuild": ("substitute substituteFrom: substituteStrategy"),
    "Kustomization.spec.postBuild.substituteFrom": ("kind name optional"),
    "Kustomization.spec.sourceRef": ("apiVersion kind name namespace"),
    "LabelSelector": ("matchExpressions matchLabels"),
    "Lifecycle": ("postStart preStop stopSignal"),
    "Namespace": ("apiVersion kind metadata:ObjectMeta spec status"),
    "NetworkPolicy": ("apiVersion kind metadata:ObjectMeta spec:NetworkPolicySpec"),
    "NetworkPolicyEgressRule": ("ports to:NetworkPolicyPeer"),
    "NetworkPolicyIngressRule": ("from:NetworkPolicyPeer ports"),
    "NetworkPolicyPeer": ("ipBlock namespaceSelector:LabelSelector podSelector:LabelSelector"),
    "NetworkPolicySpec": (
        "egress:NetworkPolicyEgressRule ingress:NetworkPolicyIngressRule podSelector:LabelSelector policyTypes"
    ),
    "OCIRepository": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "OCIRepository.spec": (
        "certSecretRef: ignore insecure interval layerSelector: provider proxySecretRef: ref: secretRef: "
        "serviceAccountName suspend timeout url verify:"
    ),
    "OCIRepository.spec.certSecretRef": ("name"),
    "OCIRepository.spec.layerSelector": ("mediaType operation"),
    "OCIRepository.spec.proxySecretRef": ("name"),
    "OCIRepository.spec.ref": ("digest semver semverFilter tag"),
    "OCIRepository.spec.secretRef": ("name"),
    "OCIRepository.spec.verify": ("matchOIDCIdentity: provider secretRef: trustedRootSecretRef:"),
    "OCIRepository.spec.verify.matchOIDCIdentity": ("issuer subject"),
    "OCIRepository.spec.verify.secretRef": ("name"),
    "OCIRepository.spec.verify.trustedRootSecretRef": ("name"),
    "ObjectMeta": (
        "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName "
        "generation labels managedFields name namespace ownerReferences resourceVersion selfLink uid"
    ),
    "PersistentVolumeClaim": ("apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status"),
    "PersistentVolumeClaimSpec": (
        "accessModes dataSource dataSourceRef resources:VolumeResourceRequirements selector:LabelSelector "
        "storageClassName volumeAttributesClassName volumeMode volumeName"
    ),
    "Pod": ("apiVersion kind metadata:ObjectMeta spec:PodSpec status"),
    "PodDisruptionBudget": ("apiVersion kind metadata:ObjectMeta spec:PodDisruptionBudgetSpec status"),
    "PodDisruptionBudgetSpec": ("maxUnavailable minAvailable selector:LabelSelector unhealthyPodEvictionPolicy"),
    "PodSecurityContext": (
        "appArmorProfile fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy "
        "seLinuxOptions seccompProfile supplementalGroups supplementalGroupsPolicy sysctls windowsOptions"
    ),
    "PodSpec": (
        "activeDeadlineSeconds affinity automountServiceAccountToken containers:Container dnsConfig dnsPolicy "
        "enableServiceLinks ephemeralContainers:EphemeralContainer evictionResponders hostAliases hostIPC "
        "hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers:Container "
        "nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates "
        "resourceClaims resources:ResourceRequirements restartPolicy runtimeClassName schedulerName "
        "schedulingGates schedulingGroup securityContext:PodSecurityContext serviceAccount serviceAccountName "
        "setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations "
        "topologySpreadConstraints volumes:Volume workloadRef"
    ),
    "PodTemplateSpec": ("metadata:ObjectMeta spec:PodSpec"),
    "PolicyRule": ("apiGroups nonResourceURLs resourceNames resources verbs"),
    "Probe": (
        "exec failureThreshold grpc httpGet:HTTPGetAction initialDelaySeconds periodSeconds successThreshold "
        "tcpSocket terminationGracePeriodSeconds timeoutSeconds"
    ),
    "Provider": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "Provider.spec": (
        "address certSecretRef: channel commitStatusExpr interval proxy proxySecretRef: secretRef: "
        "serviceAccountName suspend timeout type username"
    ),
    "Provider.spec.certSecretRef": ("name"),
    "Provider.spec.proxySecretRef": ("name"),
    "Provider.spec.secretRef": ("name"),
    "Receiver": ("apiVersion kind metadata:ObjectMeta spec: status"),
    "Receiver.spec": ("events interval oidcProviders: resourceFilter resources: secretRef: suspend type"),
    "Receiver.spec.oidcProviders": ("audience issuerURL validations: variables:"),
    "Receiver.spec.oidcProviders.validations": ("expression message"),
    "Receiver.spec.oidcProviders.variables": ("expression name"),
    "Receiver.spec.resources": ("apiVersion filter kind matchLabels name namespace"),
    "Receiver.spec.secretRef": ("name"),
    "ReplicaSet": ("apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status"),
    "ReplicaSetSpec": ("minReadySeconds replicas selector:LabelSelector template:PodTemplateSpec"),
    "ResourceRequirements": ("claims limits requests"),
    "Role": ("apiVersion kind metadata:ObjectMeta rules:PolicyRule"),
    "RoleBinding": ("apiVersion kind metadata:ObjectMeta roleRef:RoleRef subjects:Subject"),
    "RoleRef": ("apiGroup kind name"),
    "Secret": ("apiVersion data immutable kind metadata:ObjectMeta stringData type"),
    "SecurityContext": (
        "allowPrivilegeEscalation appArmorProfile capabilities privileged procMount readOnlyRootFilesystem "
        "runAsGroup runAsNonRoot runAsUser seLinuxOptions seccompProfile windowsOptions"
    ),
    "Service": ("apiVersion kind metadata:ObjectMeta spec:ServiceSpec status"),
    "ServiceAccount": ("apiVersion automountServiceAccountToken imagePullSecrets kind metadata:ObjectMeta secrets"),
    "ServiceBackendPort": ("name number"),
    "ServicePort": ("appProtocol name nodePort port protocol targetPort"),
    "ServiceSpec": (
        "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy "
        "healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP "
        "loadBalancerSourceRanges ports:ServicePort publishNotReadyAddresses selector sessionAffinity "
        "sessionAffinityConfig trafficDistribution type"
    ),
    "StatefulSet": ("apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status"),
    "StatefulSetSpec": (
        "minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas "
        "revisionHistoryLimit selector:LabelSelector serviceName template:PodTemplateSpec updateStrategy "
        "volumeClaimTemplates"
    ),
    "Subject": ("apiGroup kind name namespace"),
    "Volume": (
        "awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI emptyDir ephemeral "
        "fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi name nfs "
        "persistentVolumeClaim photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret "
        "storageos vsphereVolume"
    ),
    "VolumeMount": ("bindMountOptions mountPath mountPropagation name readOnly recursiveReadOnly subPath subPathExpr"),
    "VolumeResourceRequirements": ("limits requests"),
}
"""The fields of a type. `name:Type`: the value, or each item of it, is of a type of this table; `name:`
of the type named after this one and the field (`Bucket.spec`). A bare `name` is not looked into."""
