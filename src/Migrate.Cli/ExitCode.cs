namespace Migrate.Cli;

/// <summary>What the program tells its caller; documented in the README.</summary>
public static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>Some inputs failed and are listed; the others were done.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Bad input: nothing was done.</summary>
    public const int BadInput = 3;

    /// <summary>A fault of the program or the machine.</summary>
    public const int Fault = 4;
}
