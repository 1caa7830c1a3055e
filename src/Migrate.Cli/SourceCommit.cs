using System.Reflection;

namespace Migrate.Cli;

/// <summary>The commit that the program was built from, as the SDK writes it into the version.</summary>
internal static class SourceCommit
{
    /// <summary>First digits of the commit, or "unknown" where the sources lay in no repository.</summary>
    public static string Current { get; } =
        typeof(SourceCommit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 7 } commit]
            ? commit[..7]
            : "unknown";
}
