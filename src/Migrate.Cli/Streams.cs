using Spectre.Console;

namespace Migrate.Cli;

/// <summary>Where a command writes: results to <paramref name="Output"/>, everything else to <paramref name="Error"/>.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Streams(TextWriter Output, TextWriter Error)
{
    // A pipe has no width; tables then take what their columns need instead of wrapping at 80.
    private const int WidthWithoutTerminal = 160;

    /// <summary>A console on standard output for tables.</summary>
    public IAnsiConsole Console { get; } = CreateConsole(Output);

    /// <summary>A note for the user that is no result.</summary>
    public void Note(string text) => Error.WriteLine(text);

    private static IAnsiConsole CreateConsole(TextWriter writer)
    {
        var terminal = ReferenceEquals(writer, System.Console.Out) && !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}

/// <summary>A command line that parses but asks for something impossible.</summary>
internal sealed class UsageException(string message) : Exception(message);
