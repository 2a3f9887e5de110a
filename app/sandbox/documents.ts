/** The rules of the stand-ins that vendors' documents tell of, by the page. */

/**
 * By the file, the codes of its refusals, with their statuses where they have none; by the module of a vendor's types, the
 * types' names. Blanks are between them.
 */
export type Rules = Readonly<Record<string, string>>;

/** A page of a vendor's documents. It says what is refused; by which code or in which words it does not always say. */
export interface Documented {
  /** Its title. */
  readonly page: string;
  /** Left out where the whole page is about it. */
  readonly section?: string;
  readonly address: string;
  /** The month from which it is. Left out: it was read in 2026-11. */
  readonly since?: string;
  readonly rules: Rules;
}

export const DOCUMENTS: readonly Documented[] = [
  {
    page: "Microsoft Entra authentication and authorization error codes",
    section: "AADSTS error codes",
    address: "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    rules: {
      "microsoft/entra/adminConsent": "AADSTS50020 AADSTS65004 AADSTS70011 AADSTS90094",
      "microsoft/entra/apiTokens": "AADSTS500011 AADSTS50020 AADSTS65001",
      "microsoft/entra/authorize": "AADSTS50020 AADSTS50034 AADSTS50058 AADSTS65004 AADSTS90094",
      "microsoft/entra/clientProof": "AADSTS700016 AADSTS7000215 AADSTS7000218",
      "microsoft/entra/codes": "AADSTS501481 AADSTS54005 AADSTS70008 AADSTS9002313",
      "microsoft/entra/signInRequest": "AADSTS50011 AADSTS700016 AADSTS90023 refused",
      "microsoft/entra/token": "AADSTS500011 AADSTS70003 AADSTS900144",
    },
  },
  {
    page: "RFC 6749: The OAuth 2.0 Authorization Framework",
    section: "5.2. Error Response",
    address: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
    rules: { "microsoft/entra/clientProof": "invalid_client", "oracle/smart/token": "unauthorized_client" },
  },
  {
    page: "RFC 6749: The OAuth 2.0 Authorization Framework",
    section: "4.1.2.1. Error Response",
    address: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1",
    rules: { "oracle/smart/authorizeRequest": "invalid_scope" },
  },
  {
    page: "Phone Numbers - Purchase Reservation (Azure Communication Services REST API)",
    address:
      "https://learn.microsoft.com/rest/api/communication/phonenumbers/phone-numbers/purchase-reservation",
    rules: { "communication/reservationRoutes": "BadRequest" },
  },
  {
    page: "Service limits for Azure Communication Services",
    section: "Throttling patterns and architecture; Acquire phone numbers; Email",
    address: "https://learn.microsoft.com/azure/communication-services/concepts/service-limits",
    rules: {
      "communication/inventory": "TooManyRequests",
      "communication/mailRoutes": "TooManyRequests",
      "communication/start": "TooManyRequests",
    },
  },
  {
    page: "Microsoft Graph error responses and resource types",
    section: "HTTP status codes",
    address: "https://learn.microsoft.com/graph/errors",
    rules: {
      "microsoft/graph/access": "InvalidAuthenticationToken ServiceUnavailable TooManyRequests",
      "microsoft/graph/asked": "Forbidden NotFound",
      "microsoft/graph/bodies": "BadRequest",
      "microsoft/graph/policy": "NotFound",
      "microsoft/graph/routes": "BadRequest",
      "microsoft/graph/subscriptionRoutes": "Forbidden ResourceNotFound",
    },
  },
  {
    page: "Create onlineMeeting (Microsoft Graph)",
    section: "Request body",
    address: "https://learn.microsoft.com/graph/api/application-post-onlinemeetings",
    rules: { "microsoft/graph/rules": "BadRequest" },
  },
  {
    page: "Configure application access to online meetings or virtual events",
    section: "Errors",
    address: "https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy",
    rules: { "microsoft/graph/policy": "Unauthorized" },
  },
  {
    page: "virtualAppointment: getVirtualAppointmentJoinWebUrl (Microsoft Graph)",
    section: "Permissions",
    address: "https://learn.microsoft.com/graph/api/virtualappointment-getvirtualappointmentjoinweburl",
    rules: { "microsoft/graph/meetingRoutes": "Forbidden" },
  },
  {
    page: "Use query parameters to customize responses (Microsoft Graph)",
    section: "Error handling for query parameters",
    address: "https://learn.microsoft.com/graph/query-parameters",
    rules: { "microsoft/graph/callRecordRoutes": "BadRequest", "microsoft/graph/userRoutes": "BadRequest" },
  },
  {
    page: "Create subscription (Microsoft Graph)",
    section: "Notification endpoint validation",
    address: "https://learn.microsoft.com/graph/api/subscription-post-subscriptions",
    rules: { "microsoft/graph/subscriptionRoutes": "ValidationError" },
  },
  {
    page: "subscription resource type (Microsoft Graph)",
    section: "Properties",
    address: "https://learn.microsoft.com/graph/api/resources/subscription",
    rules: { "microsoft/graph/subscriptionRoutes": "BadRequest" },
  },
  {
    page: "Resolve Microsoft Graph authorization errors",
    section: "403 Forbidden error: Have you chosen the right set of permissions?",
    address: "https://learn.microsoft.com/graph/resolve-auth-errors",
    rules: { "microsoft/graph/userRoutes": "Authorization_RequestDenied" },
  },
  {
    page: "Azure Key Vault REST API error codes",
    section: "HTTP 403: Insufficient permissions",
    address: "https://learn.microsoft.com/azure/key-vault/general/rest-error-codes",
    rules: { "microsoft/vault/access": "Forbidden" },
  },
  {
    page: "Key types, algorithms, and operations (Azure Key Vault)",
    section: "Key attributes; Date-time controlled operations",
    address: "https://learn.microsoft.com/azure/key-vault/keys/about-keys-details",
    rules: { "microsoft/vault/keyRoutes": "Forbidden" },
  },
  {
    page: "About Azure Key Vault secrets",
    section: "Secret attributes",
    address: "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets",
    rules: { "microsoft/vault/secretRoutes": "Forbidden" },
  },
  {
    page: "R4: Overview (Millennium, fhir.cerner.com)",
    section: "Client Errors; Operation Outcomes",
    address: "https://fhir.cerner.com/millennium/r4/",
    rules: {
      "oracle/fhir/guard": "refused",
      "oracle/fhir/routes": "NotFound refused tenant-not-valid",
      "oracle/fhir/search": "no-search-parameters",
    },
  },
  {
    page: "R4: Appointment (Millennium, fhir.cerner.com)",
    section: "Search",
    address: "https://fhir.cerner.com/millennium/r4/base/workflow/appointment/",
    rules: { "oracle/fhir/dateRange": "invalid", "oracle/fhir/search": "invalid" },
  },
  {
    page: "Patch an appointment (Oracle Health Millennium Platform APIs)",
    section: "Errors; Patch Operations",
    address:
      "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-appointment-id-patch.html",
    rules: {
      "oracle/fhir/patchAppointment": "business-rule conflict lock-error processing",
      "oracle/fhir/videoLinks": "business-rule conflict",
    },
  },
  {
    page: "Authorization (fhir.cerner.com)",
    section: "Audience; Exception Handling",
    address: "https://fhir.cerner.com/authorization/",
    rules: {
      "oracle/smart/authorize": "access_denied",
      "oracle/smart/authorizeRequest": "invalid_request",
      "oracle/smart/token": "invalid_grant",
    },
  },
  {
    page: "Authorization Server Client Documentation (Cerner, its older text)",
    section: "Error Codes",
    address: "https://github.com/cerner/fhir.cerner.com/blob/095887f/content/dstu2/authorization.md",
    rules: {
      "oracle/smart/authorize": "invalid_request",
      "oracle/smart/authorizeRequest": "unauthorized_client unsupported_response_type",
      "oracle/smart/clientAuthentication": "invalid_client",
      "oracle/smart/token": "invalid_request invalid_scope unsupported_grant_type",
    },
  },
];
