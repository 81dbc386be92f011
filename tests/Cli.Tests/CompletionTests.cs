using System.Diagnostics;

namespace Commission.Cli.Tests;

/// <summary>`commission completion`, with a real bash.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("commission esti", "estimate estimates")]
    [InlineData("commission call Deals/", "Deals/Get Deals/History Deals/Record Deals/RecordStream")]
    [InlineData("commission --server http://127.0.0.1:1 plan v", "validate versions")]
    [InlineData("commission completion b", "bash")]
    [InlineData("/usr/bin/commission watch kary --js", "--json")]
    [InlineData("commission estimate --nothing", "")]
    public async Task Bash_ALineInTheMiddle_GivesWhatCanFollow(string line, string expected)
    {
        var program = $$"""
            source <(commission completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            read -ra COMP_WORDS <<< "$COMP_LINE"; COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            _commission
            echo "${COMPREPLY[*]}"
            """;

        Assert.Equal(expected + "\n", await BashAsync(program));
    }

    [Fact]
    public async Task Bash_ItsScript_IsRegisteredForTheCommand() => Assert.Equal(
        "complete -o default -F _commission commission\n",
        await BashAsync("source <(commission completion bash); complete -p commission"));

    [Theory]
    [InlineData("zsh", "#compdef commission")]
    [InlineData("fish", "complete -c commission")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName commission")]
    public async Task Completion_OtherShells_AskTheProgramToo(string shell, string registration)
    {
        var ran = await Shell.OfflineAsync("completion", shell);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains(registration, ran.Out, StringComparison.Ordinal);
        Assert.Contains("[suggest:", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_UnknownShell_IsWrongUse() =>
        Assert.Equal(2, (await Shell.OfflineAsync("completion", "tcsh")).Code);

    private static async Task<string> BashAsync(string program)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-c", program]) 
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{start.Environment["PATH"]}";
        using var bash = Process.Start(start)!;
        var printed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return printed;
    }
}
