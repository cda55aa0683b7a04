/** The documentation of a service's API: reads the OpenAPI document that the page names. */
declare const SwaggerUIBundle: (options: Record<string, unknown>) => unknown;

const place = document.getElementById("api-docs");
if (place) {
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset["url"],
    deepLinking: true,
    // Trying out needs the CSRF token of our pages, which the document says nothing of: reading is what this is for.
    supportedSubmitMethods: [],
    validatorUrl: null,
  });
}
