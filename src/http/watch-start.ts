import type { Dispatcher } from 'undici';

/** A dispatcher that reports when a request is about to be written: until then there is no connection for it. */
export function watchStart(dispatcher: Dispatcher, onStart: () => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    return dispatch(options, {
      onRequestStart(controller, context) {
        handler.onRequestStart?.(controller, context);
        // A request that was canceled while its connection was being made ends here, unsent.
        if (!controller.aborted) onStart();
      },
      onResponseStart: (controller, statusCode, headers, message) =>
        handler.onResponseStart?.(controller, statusCode, headers, message),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
  });
}
