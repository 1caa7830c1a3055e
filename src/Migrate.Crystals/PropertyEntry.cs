namespace Migrate.Crystals;

/// <summary>A structure with one measured or computed property.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Value">The property, in its file's unit.</param>
/// <param name="IsTest">True where the file says <c>"split": "test"</c>.</param>
/// <param name="Source">File it came from.</param>
/// <param name="Line">Line in that file, from 1.</param>
public sealed record PropertyEntry(Structure Structure, double Value, bool IsTest, string Source, int Line);

/// <summary>One line of a property file: an entry, or what is wrong with it.</summary>
/// <param name="Entry">The entry, or null.</param>
/// <param name="Error">The error, or null.</param>
public readonly record struct PropertyResult(PropertyEntry? Entry, InvalidInputException? Error);
