using Migrate.Cli;

return CliApplication.Run(args, Console.Out, Console.Error);
