using Migrate.Crystals;

namespace Migrate.Cli;

/// <summary>Errors of input in the words of a line on standard error.</summary>
internal static class ErrorText
{
    /// <summary>The message with the file it is about in front, where it does not name that already.</summary>
    public static string Naming(this InvalidInputException error, string source) =>
        error.Message.Contains(source, StringComparison.Ordinal) ? error.Message : $"{source}: {error.Message}";
}
