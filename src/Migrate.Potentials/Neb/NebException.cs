namespace Migrate.Potentials.Neb;

/// <summary>A path cannot go on; the message is one line, and the other paths are not concerned.</summary>
internal sealed class NebException(string message) : Exception(message);
