namespace Migrate.Crystals;

/// <summary>Bad input of a user, told in one clear line: where it is, what is wrong, what would be right.</summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>An error in some input.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="file">File it is in, if known.</param>
    /// <param name="line">Line in that file, from 1, if known.</param>
    public InvalidInputException(string message, string? file = null, int? line = null)
        : base((file, line) switch
        {
            (null, null) => message,
            (null, { } l) => $"line {l}: {message}",
            ({ } f, null) => $"{f}: {message}",
            ({ } f, { } l) => $"{f}:{l}: {message}",
        })
    {
        (File, Line) = (file, line);
    }

    /// <summary>File it is in, if known.</summary>
    public string? File { get; }

    /// <summary>Line in the file, from 1, if known.</summary>
    public int? Line { get; }
}
