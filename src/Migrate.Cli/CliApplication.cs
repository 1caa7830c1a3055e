using System.CommandLine;
using Migrate.Cli.Commands;
using Migrate.Crystals;

namespace Migrate.Cli;

/// <summary>The command line: builds the verbs, and turns every failure into one clear line and an exit code.</summary>
public static class CliApplication
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="output">Standard output: results only.</param>
    /// <param name="error">Standard error: progress, notes and errors.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        var streams = new Streams(output, error);
        var root = new RootCommand("Migration barriers of ions hopping through crystals, predicted from structure.")
        {
            PredictCommand.Create(streams),
            EvaluateCommand.Create(streams),
            ReportCommand.Create(streams),
            TrainCommand.Create(streams),
            PretrainCommand.Create(streams),
            FinetuneCommand.Create(streams),
            ReproduceCommand.Create(streams),
            ProfileCommand.Create(streams),
            GraphCommand.Create(streams),
            PathsCommand.Create(streams),
            DescriptorsCommand.Create(streams),
            NebCommand.Create(streams),
            PotentialsCommand.Create(streams),
            ImportCommand.Create(streams),
            InfoCommand.Create(streams),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine($"migrate: {parsed.Errors[0].Message} (see `migrate {Verb(parsed)}--help`)");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InvalidInputException e)
        {
            error.WriteLine($"migrate: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (UsageException e)
        {
            error.WriteLine($"migrate: {e.Message}");
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"migrate: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("migrate: stopped");
            return ExitCode.SomeFailed;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("MIGRATE_DEBUG") is null)
        {
            error.WriteLine($"migrate: {FirstLine(e)} (set MIGRATE_DEBUG=1 for the whole story)");
            return ExitCode.Fault;
        }
    }

    private static string Verb(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";

    private static string FirstLine(Exception e)
    {
        // A failed native load arrives wrapped in type initializers; the innermost cause is what a user can act on.
        while (e is TypeInitializationException { InnerException: { } inner })
        {
            e = inner;
        }

        return $"{e.GetType().Name}: {e.Message.Split('\n')[0]}";
    }
}
