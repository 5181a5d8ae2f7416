/**
 * Where programs run: the interface a backend implements, and the way to find one. Implement {@link
 * org.neuralharmonizer.backend.BackendProvider} and register it as a service to add your own.
 */
@NullMarked
package org.neuralharmonizer.backend;

import org.jspecify.annotations.NullMarked;
