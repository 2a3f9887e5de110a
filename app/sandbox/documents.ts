/** The rules of the stand-ins that vendors' documents tell of, by the page. */
/** A page of a vendor's documents. It says what is refused; by which code or in which words it does not always say. */
export interface Documented {
  /** Its title. */
  readonly page: string;
  /** Left out where the whole page is about it. */
  readonly section?: string;
  readonly address: string;
  /** Month in which it was read, or from which it is. */
  readonly since: string;
  readonly rules: readonly string[];
}

export const DOCUMENTS: readonly Documented[] = [
  {
    page: "Microsoft Entra authentication and authorization error codes",
    section: "AADSTS error codes",
    address: "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    since: "2026-11",
    rules: [
      "microsoft/entra/adminConsent: AADSTS50020",
      "microsoft/entra/adminConsent: AADSTS65004",
      "microsoft/entra/adminConsent: AADSTS70011",
      "microsoft/entra/adminConsent: AADSTS90094",
      "microsoft/entra/apiTokens: AADSTS500011",
      "microsoft/entra/apiTokens: AADSTS50020",
      "microsoft/entra/apiTokens: AADSTS65001",
      "microsoft/entra/authorize: AADSTS50020",
      "microsoft/entra/authorize: AADSTS50034",
      "microsoft/entra/authorize: AADSTS50058",
      "microsoft/entra/authorize: AADSTS65004",
      "microsoft/entra/authorize: AADSTS90094",
      "microsoft/entra/clientProof: AADSTS700016",
      "microsoft/entra/clientProof: AADSTS7000215",
      "microsoft/entra/clientProof: AADSTS7000218",
      "microsoft/entra/codes: AADSTS501481",
      "microsoft/entra/codes: AADSTS54005",
      "microsoft/entra/codes: AADSTS70008",
      "microsoft/entra/codes: AADSTS9002313",
      "microsoft/entra/signInRequest: AADSTS50011",
      "microsoft/entra/signInRequest: AADSTS700016",
      "microsoft/entra/signInRequest: AADSTS90023",
      "microsoft/entra/signInRequest: refused",
      "microsoft/entra/token: AADSTS500011",
      "microsoft/entra/token: AADSTS70003",
      "microsoft/entra/token: AADSTS900144",
    ],
  },
  {
    page: "RFC 6749: The OAuth 2.0 Authorization Framework",
    section: "5.2. Error Response",
    address: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
    since: "2026-11",
    rules: ["microsoft/entra/clientProof: invalid_client"],
  },
  {
    page: "Phone Numbers (Azure Communication Services REST API)",
    section: "Operations",
    address: "https://learn.microsoft.com/rest/api/communication/phonenumbers",
    since: "2026-11",
    rules: [
      "communication/answers: BadRequest",
      "communication/inventory: BadRequest",
      "communication/purchasedRoutes: BadRequest",
      "communication/reservationRoutes: BadRequest",
    ],
  },
  {
    page: "Service limits for Azure Communication Services",
    section: "Throttling patterns and architecture; Acquiring phone numbers; Email",
    address: "https://learn.microsoft.com/azure/communication-services/concepts/service-limits",
    since: "2026-11",
    rules: [
      "communication/inventory: TooManyRequests",
      "communication/mailRoutes: TooManyRequests",
      "communication/start: TooManyRequests",
    ],
  },
  {
    page: "Microsoft Graph error responses and resource types",
    section: "HTTP status codes",
    address: "https://learn.microsoft.com/graph/errors",
    since: "2026-11",
    rules: [
      "microsoft/graph/access: InvalidAuthenticationToken",
      "microsoft/graph/access: ServiceUnavailable",
      "microsoft/graph/access: TooManyRequests",
      "microsoft/graph/asked: Forbidden",
      "microsoft/graph/asked: NotFound",
      "microsoft/graph/bodies: BadRequest",
      "microsoft/graph/policy: NotFound",
      "microsoft/graph/routes: BadRequest",
    ],
  },
  {
    page: "Create onlineMeeting (Microsoft Graph)",
    section: "Request body",
    address: "https://learn.microsoft.com/graph/api/application-post-onlinemeetings",
    since: "2026-11",
    rules: ["microsoft/graph/rules: BadRequest"],
  },
  {
    page: "Configure application access policy to online meetings or virtual events",
    address: "https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy",
    since: "2026-11",
    rules: ["microsoft/graph/meetingRoutes: Forbidden", "microsoft/graph/policy: Unauthorized"],
  },
  {
    page: "Working with the call records API in Microsoft Graph",
    address: "https://learn.microsoft.com/graph/api/resources/callrecords-api-overview",
    since: "2026-11",
    rules: ["microsoft/graph/callRecordRoutes: BadRequest"],
  },
  {
    page: "Create subscription (Microsoft Graph)",
    section: "Request body; Response",
    address: "https://learn.microsoft.com/graph/api/subscription-post-subscriptions",
    since: "2026-11",
    rules: [
      "microsoft/graph/subscriptionRoutes: BadRequest",
      "microsoft/graph/subscriptionRoutes: Forbidden",
      "microsoft/graph/subscriptionRoutes: ResourceNotFound",
      "microsoft/graph/subscriptionRoutes: ValidationError",
    ],
  },
  {
    page: "Resolve Microsoft Graph authorization errors",
    section: "403 Forbidden error",
    address: "https://learn.microsoft.com/graph/resolve-auth-errors",
    since: "2026-11",
    rules: ["microsoft/graph/userRoutes: Authorization_RequestDenied"],
  },
  {
    page: "Use the $filter query parameter to filter a collection of objects (Microsoft Graph)",
    address: "https://learn.microsoft.com/graph/filter-query-parameter",
    since: "2026-11",
    rules: ["microsoft/graph/userRoutes: BadRequest"],
  },
  {
    page: "Azure Key Vault REST API error codes",
    section: "HTTP 403: Insufficient permissions",
    address: "https://learn.microsoft.com/azure/key-vault/general/rest-error-codes",
    since: "2026-11",
    rules: [
      "microsoft/vault/access: Forbidden",
      "microsoft/vault/keyRoutes: Forbidden",
      "microsoft/vault/secretRoutes: Forbidden",
    ],
  },
  {
    page: "Millennium FHIR R4 (Cerner)",
    section: "Errors",
    address: "https://fhir.cerner.com/millennium/r4/",
    since: "2026-11",
    rules: [
      "oracle/fhir/guard: refused",
      "oracle/fhir/guard: throttled",
      "oracle/fhir/routes: NotFound",
      "oracle/fhir/routes: refused",
      "oracle/fhir/routes: tenant-not-valid",
    ],
  },
  {
    page: "Appointment (Oracle Health Millennium Platform APIs)",
    section: "Search",
    address:
      "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/api-appointment.html",
    since: "2026-11",
    rules: [
      "oracle/fhir/dateRange: invalid",
      "oracle/fhir/search: invalid",
      "oracle/fhir/search: no-search-parameters",
    ],
  },
  {
    page: "Patch Appointment (Oracle Health Millennium Platform APIs)",
    section: "Operations; Errors",
    address:
      "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-appointment-id-patch.html",
    since: "2026-11",
    rules: [
      "oracle/fhir/patchAppointment: business-rule",
      "oracle/fhir/patchAppointment: conflict",
      "oracle/fhir/patchAppointment: lock-error",
      "oracle/fhir/patchAppointment: processing",
      "oracle/fhir/videoLinks: business-rule",
      "oracle/fhir/videoLinks: conflict",
      "oracle/fhir/videoLinks: too-long",
    ],
  },
  {
    page: "Millennium Authorization Framework (Oracle Health)",
    address:
      "https://docs.oracle.com/en/industries/health/millennium-platform-apis/millennium-authorization-framework",
    since: "2026-11",
    rules: [
      "oracle/smart/authorize: access_denied",
      "oracle/smart/authorize: invalid_request",
      "oracle/smart/authorizeRequest: invalid_request",
      "oracle/smart/authorizeRequest: invalid_scope",
      "oracle/smart/authorizeRequest: unauthorized_client",
      "oracle/smart/authorizeRequest: unsupported_response_type",
      "oracle/smart/clientAuthentication: invalid_client",
      "oracle/smart/token: invalid_grant",
      "oracle/smart/token: invalid_request",
      "oracle/smart/token: invalid_scope",
      "oracle/smart/token: unauthorized_client",
      "oracle/smart/token: unsupported_grant_type",
    ],
  },
];
