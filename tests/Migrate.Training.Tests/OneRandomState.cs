namespace Migrate.Training.Tests;

/// <summary>Torch has one random state for the whole process: nobody may draw from it while weights are drawn.</summary>
[CollectionDefinition(nameof(OneRandomState), DisableParallelization = true)]
public class OneRandomState;
