namespace Migrate.Testing;

/// <summary>xunit.v3 takes an exception whose message begins so for a skipped test; this assembly needs no reference to xunit for it.</summary>
internal sealed class SkippedException(string reason) : Exception("$XunitDynamicSkip$" + reason);
